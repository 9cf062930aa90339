/** The rules in force, as commands and streams tell of them. */
import type { Rule, RuleGroup } from './rule.ts';

/** What a rule has done since it came into the list, or the core started. */
export interface RuleUse {
  readonly id: string;
  /** Requests and responses it acted on. */
  readonly matched: number;
  /** When it did so last, unix ms. */
  readonly lastAtMs?: number;
}

export interface RulesState {
  readonly groups: readonly RuleGroup[];
  readonly rules: readonly Rule[];
  /** One for each rule, in their order. */
  readonly uses: readonly RuleUse[];
  /** Counts up with each change of the list; `rules.replace` names the one it changed. */
  readonly revision: number;
}
