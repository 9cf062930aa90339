/**
 * Rules at work: a list becomes the stages of exchanges. A place without a rule has no stage, and without any rule there
 * are none at all, so that an exchange takes none of this code.
 */
import type { StageName } from '../contract/exchange.ts';
import { RULE_STAGES, type RuleList } from '../contract/rules/rule.ts';
import type { Stages } from '../net/exchange/stages.ts';
import { ReadyRule } from './ready-rule.ts';
import { runRules, type RunDeps } from './rule-run.ts';
import { compileWhen } from '../contract/rules/when.ts';

/** What a rule has done while it was in the list. */
export interface RuleUse {
  readonly id: string;
  /** Heads it acted on. */
  readonly matched: number;
  /** Core time of the last of them, ms. */
  readonly lastMs: number | undefined;
}

export class RuleEngine {
  readonly #deps: RunDeps;
  #ready: readonly ReadyRule[] = [];
  #stages: Stages | undefined;

  constructor(deps: RunDeps) {
    this.#deps = deps;
  }

  /** What exchanges that begin now pass; undefined when no rule is on. */
  get stages(): Stages | undefined {
    return this.#stages;
  }

  /** Puts a list in; a rule whose id was there before keeps its counts. Throws, and changes nothing, when a filter is none. */
  use(list: RuleList): void {
    const before = new Map(this.#ready.map((ready) => [ready.rule.id, ready]));
    const ready = list.rules.map((rule) => {
      const made = new ReadyRule(rule, compileWhen(rule.when, rule.where));
      const old = before.get(rule.id);
      if (old !== undefined) [made.matched, made.lastMs] = [old.matched, old.lastMs];
      return made;
    });
    this.#ready = ready;
    const off = new Set(list.groups.filter(({ enabled }) => !enabled).map(({ name }) => name));
    this.#stages = this.#stagesOf(
      ready.filter(({ rule: { enabled, group } }) => enabled && (group === undefined || !off.has(group))),
    );
  }

  uses(): RuleUse[] {
    return this.#ready.map(({ rule: { id }, matched, lastMs }) => ({ id, matched, lastMs }));
  }

  #stagesOf(on: readonly ReadyRule[]): Stages | undefined {
    if (on.length === 0) return undefined;
    const at = (stage: StageName) => {
      const here = on.filter(({ rule }) => rule.where === stage);
      return here.length === 0 ? undefined : here;
    };
    const [clientRequest, originRequest, originResponse, clientResponse] = RULE_STAGES.map(at);
    const deps = this.#deps;
    return {
      ...(clientRequest && { clientRequest: (view) => runRules(deps, 'client-request', clientRequest, view) }),
      ...(originRequest && { originRequest: (view) => runRules(deps, 'origin-request', originRequest, view) }),
      ...(originResponse && { originResponse: (view) => runRules(deps, 'origin-response', originResponse, view) }),
      ...(clientResponse && { clientResponse: (view) => runRules(deps, 'client-response', clientResponse, view) }),
    };
  }
}
