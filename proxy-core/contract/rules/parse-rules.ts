/** Reads a list of rules as it came from a file, the API or the page: all of it, or the problems of all of it. */
import { isRecord } from '../json/is-record.ts';
import { JsonProblem, readLocatedJson } from '../json/located-json.ts';
import { parseAction } from './parse-action.ts';
import { RULE_LIMITS, RULE_STAGES, type Rule, type RuleGroup, type RuleList } from './rule.ts';
import { Fields, oneOf, Wrong } from './value-checks.ts';
import { checkWhen } from './when.ts';

/** One thing that is wrong with a list. */
export interface RuleProblem {
  /** Line of the text it came from, from 1, where it was a text. */
  readonly line?: number;
  /** Which rule: its place in the list, from 1, with its name where it has one. */
  readonly rule?: string;
  readonly problem: string;
}

export type ParsedRules =
  { readonly ok: true; readonly list: RuleList } | { readonly ok: false; readonly problems: readonly RuleProblem[] };

const MAX_PROBLEMS = 50;

/** The text of a file: `{"groups": […], "rules": […]}`, or only the list of rules. */
export function parseRulesText(text: string): ParsedRules {
  try {
    const { value, lineOf } = readLocatedJson(text);
    return parseRules(value, lineOf);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return { ok: false, problems: [{ line: error.line, problem: `no JSON: ${error.message}` }] };
  }
}

/** The same of a value that is there already. */
export function parseRules(
  value: unknown,
  lineOf: (part: object) => number | undefined = () => undefined,
): ParsedRules {
  const problems: RuleProblem[] = [];
  const tell = (part: unknown, rule: string | undefined, problem: string): void => {
    const line = typeof part === 'object' && part !== null ? lineOf(part) : undefined;
    if (problems.length < MAX_PROBLEMS)
      problems.push({ ...(line !== undefined && { line }), ...(rule !== undefined && { rule }), problem });
  };
  const attempt = <T>(part: unknown, rule: string | undefined, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      tell(error.part ?? part, rule, error.message);
      return undefined;
    }
  };
  const given = Array.isArray(value) ? { rules: value } : value;
  const lists = attempt(value, undefined, () => {
    const fields = new Fields(given, 'a list of rules, or an object with "rules" and "groups"');
    const found = {
      rules: fields.list('rules', RULE_LIMITS.rules),
      groups: fields.optional('groups', () => fields.list('groups', RULE_LIMITS.groups)) ?? [],
    };
    fields.done();
    return found;
  });
  if (lists === undefined) return { ok: false, problems };

  const groups: RuleGroup[] = [];
  for (const [index, part] of lists.groups.entries()) {
    const group = attempt(part, undefined, () => parseGroup(part, index));
    if (group === undefined) continue;
    if (groups.some(({ name }) => name === group.name))
      tell(part, undefined, `two groups are named ${quoted(group.name)}`);
    groups.push(group);
  }
  const rules: Rule[] = [];
  const ids = new Set<string>();
  for (const [index, part] of lists.rules.entries()) {
    const called = ruleName(part, index);
    const rule = attempt(part, called, () => parseRule(part, groups));
    if (rule === undefined) continue;
    if (ids.has(rule.id)) tell(part, called, `two rules have the id ${quoted(rule.id)}`);
    ids.add(rule.id);
    rules.push(rule);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, list: { groups, rules } };
}

/** One problem as a line of text. */
export function describeRuleProblem({ line, rule, problem }: RuleProblem): string {
  const where = [...(line === undefined ? [] : [`line ${line}`]), ...(rule === undefined ? [] : [rule])].join(', ');
  return where === '' ? problem : `${where}: ${problem}`;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80));

function ruleName(part: unknown, index: number): string {
  const name = isRecord(part) && typeof part['name'] === 'string' && part['name'] !== '' ? part['name'] : undefined;
  return name === undefined ? `rule ${index + 1}` : `rule ${index + 1} (${quoted(name)})`;
}

function parseGroup(part: unknown, index: number): RuleGroup {
  const fields = new Fields(part, `group ${index + 1} as an object`);
  const group = {
    name: fields.text('name', 1),
    enabled: fields.optional('enabled', (key) => fields.flag(key)) ?? true,
  };
  fields.done();
  return group;
}

function parseRule(part: unknown, groups: readonly RuleGroup[]): Rule {
  const fields = new Fields(part, 'an object');
  const id = fields.text('id', 1);
  const name = fields.text('name', 1);
  const enabled = fields.optional('enabled', (key) => fields.flag(key)) ?? true;
  const group = fields.optional('group', (key) => fields.text(key, 1));
  const when = fields.optional('when', (key) => fields.text(key, 0)) ?? '';
  const where = fields.read('where', oneOf(RULE_STAGES));
  const actions = fields.list('then', RULE_LIMITS.actions);
  const stop = fields.optional('stop', (key) => fields.flag(key)) ?? false;
  fields.done();
  if (group !== undefined && !groups.some((one) => one.name === group))
    throw new Wrong(`there is no group ${quoted(group)} in "groups"`);
  const wrong = checkWhen(when, where);
  if (wrong !== undefined) throw new Wrong(`"when": ${wrong}`);
  if (actions.length === 0) throw new Wrong('"then" is empty; a rule does at least one thing');
  const then = actions.map((action, index) => parseAction(action, where, `"then", action ${index + 1}`));
  return { id, name, enabled, ...(group !== undefined && { group }), when, where, then, ...(stop && { stop }) };
}
