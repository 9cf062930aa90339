/** A rule made ready: its filter compiled, its use counted. */
import type { Rule } from '../contract/rules/rule.ts';
import type { RuleSubject } from '../contract/rules/subject.ts';

export class ReadyRule {
  readonly rule: Rule;
  readonly matches: (subject: RuleSubject) => boolean;
  /** Heads it acted on. */
  matched = 0;
  /** Core time of the last of them, ms. */
  lastMs: number | undefined;

  constructor(rule: Rule, matches: (subject: RuleSubject) => boolean) {
    this.rule = rule;
    this.matches = matches;
  }
}
