/** The rules of a core: the list in force, its file, and the commands about it. */
import type { CommandName, CommandParams, CommandResult } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import { describeRuleProblem, parseRulesText } from '../contract/rules/parse-rules.ts';
import type { RuleList } from '../contract/rules/rule.ts';
import type { RulesState } from '../contract/rules/rules-state.ts';
import type { Stages } from '../net/exchange/stages.ts';
import type { Breakpoints } from './breakpoints.ts';
import { RuleEngine } from './rule-engine.ts';
import { exportRules, loadRules, NO_RULES, saveRules } from './rules-file.ts';

export interface RulesDeps {
  /** Where breakpoints hold exchanges. */
  readonly breakpoints: Pick<Breakpoints, 'hold' | 'attend'>;
  /** Where rules.json lies; empty to keep nothing. */
  readonly dataDir: string;
  /** Core time, ms. */
  readonly now: () => number;
  /** What to add to core time for the time of day, ms. */
  readonly wallOffsetMs: () => number;
  /** Told in words of a file that could not be used. */
  readonly warn: (message: string) => void;
  /** The list has changed. */
  readonly onChange: (state: RulesState) => void;
}

export interface Rules {
  /** What exchanges pass that begin now; undefined when no rule is on. */
  readonly stages: Stages | undefined;
  readonly handlers: { [N in Extract<CommandName, `rules.${string}`>]: (params: CommandParams<N>) => CommandResult<N> };
  state(): RulesState;
}

export function createRules({ breakpoints, dataDir, now, wallOffsetMs, warn, onChange }: RulesDeps): Rules {
  const engine = new RuleEngine({
    now,
    wait: (ms, then) => void setTimeout(then, ms).unref(),
    random: Math.random,
    hold: (at) => breakpoints.hold(at),
  });
  let list: RuleList = NO_RULES;
  let revision = 0;
  if (dataDir !== '') {
    list = loadRules(dataDir, warn);
    engine.use(list);
  }
  const state = (): RulesState => ({
    ...list,
    uses: engine.uses().map(({ id, matched, lastMs }) => ({
      id,
      matched,
      ...(lastMs !== undefined && { lastAtMs: Math.round(lastMs + wallOffsetMs()) }),
    })),
    revision,
  });
  /** Saved first: what cannot be kept is not put in force either. */
  const put = (next: RuleList): RulesState => {
    if (dataDir !== '')
      try {
        saveRules(dataDir, next);
      } catch (error) {
        throw new CommandError(
          'internal',
          `the rules could not be saved: ${error instanceof Error ? error.message : String(error)}`,
          'The rules before are still in force.',
        );
      }
    engine.use(next);
    breakpoints.attend();
    list = next;
    revision++;
    const after = state();
    onChange(after);
    return after;
  };
  return {
    get stages() {
      return engine.stages;
    },
    state,
    handlers: {
      'rules.get': state,
      'rules.replace': ({ list: next, revision: changed }) => {
        if (changed !== undefined && changed !== revision)
          throw new CommandError(
            'conflict',
            `the rules were changed meanwhile: this is a change of revision ${changed}, and ${revision} is in force`,
            'Get the rules anew and make the change in them.',
          );
        return put(next);
      },
      'rules.import': ({ text, how }) => {
        const parsed = parseRulesText(text);
        if (!parsed.ok)
          throw new CommandError(
            'bad-params',
            parsed.problems.map(describeRuleProblem).join('\n'),
            'Nothing was imported.',
          );
        return put(how === 'replace' ? parsed.list : joined(list, parsed.list));
      },
      'rules.export': () => ({ text: exportRules(list) }),
    },
  };
}

/** Both lists, the new one last; rules of one id, and groups of one name, are the new ones. */
function joined(before: RuleList, after: RuleList): RuleList {
  const ids = new Set(after.rules.map(({ id }) => id));
  const names = new Set(after.groups.map(({ name }) => name));
  return {
    groups: [...before.groups.filter(({ name }) => !names.has(name)), ...after.groups],
    rules: [...before.rules.filter(({ id }) => !ids.has(id)), ...after.rules],
  };
}
