/** The list in force and its file: what survives a restart, what is set aside, what is refused. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rule, RuleList } from '../contract/rules/rule.ts';
import { Breakpoints } from './breakpoints.ts';
import { createRules, type Rules } from './rules.ts';

let dataDir: string;
let warned: string[];
let told: number[];
beforeEach(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-rules-'));
  warned = [];
  told = [];
});
afterEach(() => fs.rmSync(dataDir, { recursive: true }));

const open = (): Rules =>
  createRules({
    breakpoints: new Breakpoints({
      now: () => 1000,
      wallOffsetMs: () => 0,
      limitMs: () => 1000,
      contentBytes: () => 0,
      after: () => () => undefined,
      onChange: () => undefined,
    }),
    dataDir,
    now: () => 1000,
    wallOffsetMs: () => 0,
    warn: (message) => warned.push(message),
    onChange: ({ revision }) => told.push(revision),
  });
const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  name: id.toUpperCase(),
  enabled: true,
  when: 'host:a.test',
  where: 'client-request',
  then: [{ do: 'abort' }],
  ...more,
});
const list = (...rules: Rule[]): RuleList => ({ groups: [], rules });
const ids = (rules: Rules): string[] => rules.state().rules.map(({ id }) => id);
const put = (rules: Rules, next: RuleList, revision?: number) =>
  rules.handlers['rules.replace']({ list: next, ...(revision !== undefined && { revision }) });
const take = (rules: Rules, text: string, how: 'replace' | 'append' = 'append') =>
  rules.handlers['rules.import']({ text, how });

it('a list survives a restart, and stands at once', () => {
  const rules = open();
  expect(rules.stages).toBeUndefined();
  put(rules, { groups: [{ name: 'G', enabled: true }], rules: [rule('a', { group: 'G' }), rule('b')] });
  expect(rules.stages?.clientRequest).toBeTypeOf('function');
  const again = open();
  expect(again.state()).toMatchObject({ groups: [{ name: 'G', enabled: true }], revision: 0 });
  expect(ids(again)).toEqual(['a', 'b']);
  expect(again.stages?.clientRequest).toBeTypeOf('function');
  expect(fs.readdirSync(dataDir)).toEqual(['rules.json']);
  expect([warned, told]).toEqual([[], [1]]);
});

describe('a damaged file', () => {
  it.each([
    ['{"rules": [', 'line 1: no JSON: line 1, column 12: the text ends where a value was expected'],
    ['{"rules": [{}]}', 'line 1, rule 1: "id" is missing'],
    [JSON.stringify({ rules: [rule('a', { when: 'status:200' })] }), 'rule 1 ("A"): "when": “status” is not known'],
  ])('%s is set aside and reported', (text, problem) => {
    fs.writeFileSync(path.join(dataDir, 'rules.json'), text);
    const rules = open();
    expect(rules.stages).toBeUndefined();
    expect(warned).toHaveLength(1);
    expect(warned[0]).toContain(problem);
    const [aside] = fs.readdirSync(dataDir);
    expect(aside).toMatch(/^rules\.json\.damaged-\d+$/);
    expect(warned[0]).toContain(`it was set aside as ${aside} and no rules are in force`);
    expect(fs.readFileSync(path.join(dataDir, aside!), 'utf8')).toBe(text);
  });
});

it('what cannot be saved is not put in force', () => {
  const rules = open();
  put(rules, list(rule('a')));
  fs.mkdirSync(path.join(dataDir, 'rules.json.new'));
  expect(() => put(rules, list(rule('b')))).toThrow(/^the rules could not be saved: EISDIR/);
  expect(ids(rules)).toEqual(['a']);
  expect(told).toEqual([1]);
});

it('a change of a list that was changed meanwhile is refused', () => {
  const rules = open();
  put(rules, list(rule('a')), 0);
  expect(() => put(rules, list(rule('b')), 0)).toThrow('this is a change of revision 0, and 1 is in force');
  put(rules, list(rule('b')), 1);
  expect(ids(rules)).toEqual(['b']);
});

describe('import', () => {
  it('adds behind, or takes the place; what has the same id is the new one', () => {
    const rules = open();
    put(rules, list(rule('a'), rule('b')));
    take(rules, JSON.stringify([rule('a', { name: 'new' }), rule('c')]));
    expect(ids(rules)).toEqual(['b', 'a', 'c']);
    expect(rules.state().rules[1]?.name).toBe('new');
    take(rules, JSON.stringify(list(rule('d'))), 'replace');
    expect(ids(rules)).toEqual(['d']);
  });

  it('takes nothing of a list with an error, and says which line and why', () => {
    const rules = open();
    put(rules, list(rule('a')));
    const text = `[\n${JSON.stringify(rule('b'))},\n${JSON.stringify({ ...rule('c'), where: 'nowhere' })}\n]`;
    expect(() => take(rules, text)).toThrow(/^line 3, rule 2 \("C"\): "where" is one of client-request/);
    expect(ids(rules)).toEqual(['a']);
    expect(fs.readFileSync(path.join(dataDir, 'rules.json'), 'utf8')).not.toContain('"b"');
  });

  it('takes what export gives', () => {
    const rules = open();
    put(rules, { groups: [{ name: 'G', enabled: false }], rules: [rule('a', { group: 'G', stop: true })] });
    const before = rules.state();
    const exported = rules.handlers['rules.export']({});
    put(rules, list());
    take(rules, exported.text, 'replace');
    expect(rules.state()).toMatchObject({ groups: before.groups, rules: before.rules });
  });
});
