/** rules.json: the list as it is exported, written beside and renamed; a damaged one is set aside and reported. */
import fs from 'node:fs';
import path from 'node:path';
import { describeRuleProblem, parseRulesText } from '../contract/rules/parse-rules.ts';
import type { RuleList } from '../contract/rules/rule.ts';

export const NO_RULES: RuleList = { groups: [], rules: [] };
const NAME = 'rules.json';
const BESIDE = 'rules.json.new';
/** Problems that are told of a damaged file. */
const MAX_TOLD = 3;

/** Reads the list; none when there is no file. `report` is told in words when it was damaged. Never throws. */
export function loadRules(folder: string, report: (message: string) => void): RuleList {
  const file = path.join(folder, NAME);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (!isMissing(error)) report(`${NAME} could not be read (${messageOf(error)}); no rules are in force`);
    return NO_RULES;
  }
  const parsed = parseRulesText(text);
  if (parsed.ok) return parsed.list;
  const told = parsed.problems.slice(0, MAX_TOLD).map(describeRuleProblem).join('; ');
  const aside = `${NAME}.damaged-${Date.now()}`;
  try {
    fs.renameSync(file, path.join(folder, aside));
    report(`${NAME} is damaged (${told}); it was set aside as ${aside} and no rules are in force`);
  } catch (error) {
    report(`${NAME} is damaged (${told}) and could not be set aside (${messageOf(error)}); no rules are in force`);
  }
  return NO_RULES;
}

/** Writes the list. Throws the system's error; the file is then the one before. */
export function saveRules(folder: string, list: RuleList): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const beside = path.join(folder, BESIDE);
  fs.writeFileSync(beside, exportRules(list), { mode: 0o600 });
  fs.renameSync(beside, path.join(folder, NAME));
}

/** The text of a list, as it is taken back. */
export function exportRules({ groups, rules }: RuleList): string {
  return `${JSON.stringify({ groups, rules }, null, 2)}\n`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
