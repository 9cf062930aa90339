import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeRuleProblem, parseRules, parseRulesText } from './parse-rules.ts';
import { ACTION_STAGES, PRESET_STAGES, RULE_STAGES, type RuleAction } from './rule.ts';

const rule = (then: unknown, where = 'client-response') => ({ id: 'a', name: 'A', where, then: [then] });
const told = (value: unknown): string[] => {
  const parsed = parseRules(value);
  return parsed.ok ? [] : parsed.problems.map(describeRuleProblem);
};

/** One of each action as it stands in a file. */
const ACTIONS: readonly RuleAction[] = [
  { do: 'set-field', name: 'X-A', value: '1' },
  { do: 'add-field', name: 'X-A', value: 'é' },
  { do: 'remove-field', name: 'Set-Cookie' },
  { do: 'replace-in-field', name: 'Cookie', pattern: 'a=*', with: 'a=$1' },
  { do: 'preset', preset: 'strip-cookies' },
  { do: 'preset', preset: 'make-cacheable', seconds: 60 },
  { do: 'preset', preset: 'never-store' },
  { do: 'preset', preset: 'force-revalidation' },
  { do: 'preset', preset: 'allow-origin', origin: 'http://a.test' },
  { do: 'set-method', method: 'POST' },
  { do: 'set-status', status: 503 },
  { do: 'map-remote', from: 'http://a.test/*', to: 'https://b.test/$1', keepHost: true, keepKey: true },
  { do: 'map-local', path: '/srv/files', from: 'http://a.test/*' },
  { do: 'mock', status: 200, fields: [['Content-Type', 'text/plain']], body: { text: 'hello {{path}}' } },
  { do: 'redirect', status: 308, from: 'http://*', to: 'https://$1' },
  { do: 'abort' },
  { do: 'breakpoint' },
  { do: 'throttle', profile: '3g' },
  { do: 'delay', ms: 100, upToMs: 200 },
];

describe('parseRules', () => {
  it.each(RULE_STAGES)('takes each action where it may stand, and no other: %s', (where) => {
    for (const action of ACTIONS) {
      const may =
        action.do === 'preset'
          ? PRESET_STAGES[action.preset].includes(where)
          : ACTION_STAGES[action.do].includes(where);
      const parsed = parseRules([rule(action, where)]);
      if (may)
        expect(parsed, JSON.stringify(action)).toMatchObject({ ok: true, list: { rules: [{ then: [action] }] } });
      else
        expect(parsed, JSON.stringify(action)).toMatchObject({
          ok: false,
          problems: [
            {
              rule: 'rule 1 ("A")',
              problem: expect.stringContaining(`cannot stand at ${where}; it can at `) as string,
            },
          ],
        });
    }
  });

  it('has an example of each action', () => {
    expect(new Set(ACTIONS.map((action) => action.do))).toEqual(new Set(Object.keys(ACTION_STAGES)));
  });

  it('fills in what may be left out, and keeps what is there', () => {
    expect(parseRules([{ ...rule({ do: 'abort' }), group: 'G' }])).toMatchObject({ ok: false });
    const list = {
      groups: [{ name: 'G', enabled: false }],
      rules: [{ ...rule({ do: 'redirect', to: 'http://b.test/' }), group: 'G', stop: true, when: 'host:a.test' }],
    };
    expect(parseRules(list)).toEqual({
      ok: true,
      list: {
        groups: [{ name: 'G', enabled: false }],
        rules: [
          {
            id: 'a',
            name: 'A',
            enabled: true,
            group: 'G',
            when: 'host:a.test',
            where: 'client-response',
            then: [{ do: 'redirect', status: 302, from: '*', to: 'http://b.test/' }],
            stop: true,
          },
        ],
      },
    });
  });

  it.each<[unknown, string]>([
    [1, 'a list of rules, or an object with "rules" and "groups" was expected, not 1'],
    [{}, '"rules" is missing'],
    [{ rules: [], rule: 1 }, '"rule" is not known here; known are rules, groups'],
    [[1], 'rule 1: an object was expected, not 1'],
    [[{ id: 'a' }], 'rule 1: "name" is missing'],
    [[{ id: 'a', name: '' }], 'rule 1: "name" is empty'],
    [
      [{ ...rule({ do: 'abort' }), wher: 1 }],
      'rule 1 ("A"): "wher" is not known here; known are id, name, enabled, group, when, where, then, stop',
    ],
    [
      [rule({ do: 'abort' }, 'server')],
      'rule 1 ("A"): "where" is one of client-request, origin-request, origin-response, client-response, not "server"',
    ],
    [[{ ...rule({ do: 'abort' }), enabled: 'yes' }], 'rule 1 ("A"): "enabled" is true or false, not "yes"'],
    [[{ ...rule({ do: 'abort' }), then: [] }], 'rule 1 ("A"): "then" is empty; a rule does at least one thing'],
    [[{ ...rule({ do: 'abort' }), group: 'G' }], 'rule 1 ("A"): there is no group "G" in "groups"'],
    [
      [rule({ do: 'explode' })],
      `rule 1 ("A"): "then", action 1: "do" is one of ${Object.keys(ACTION_STAGES).join(', ')}, not "explode"`,
    ],
    [
      [rule({ do: 'set-field', name: 'X Y', value: '' })],
      'rule 1 ("A"): "then", action 1: "name" is no field name: letters, digits and !#$%&\'*+.^_`|~- make one',
    ],
    [
      [rule({ do: 'set-field', name: 'Content-Length', value: '1' })],
      'rule 1 ("A"): "then", action 1: Content-Length is not for rules: it follows from the content and the connection',
    ],
    [
      [rule({ do: 'set-field', name: 'X', value: 'a\r\nY: b' })],
      'rule 1 ("A"): "then", action 1: "value" is no field value: one line of at most 8192 printable characters',
    ],
    [
      [rule({ do: 'set-status', status: 100 })],
      'rule 1 ("A"): "then", action 1: "status" is a whole number from 200 to 599, not 100',
    ],
    [
      [rule({ do: 'mock', status: 204, body: { text: 'x' } })],
      'rule 1 ("A"): "then", action 1: a 204 has no content, so no "body"',
    ],
    [
      [rule({ do: 'mock', status: 200, body: { base64: '%' } })],
      'rule 1 ("A"): "then", action 1: "base64" of "body" is no Base64',
    ],
    [
      [rule({ do: 'mock', status: 200, fields: ['X: 1'] })],
      'rule 1 ("A"): "then", action 1: "fields" is a list of pairs of a name and a value',
    ],
    [
      [rule({ do: 'redirect', to: '/x' })],
      'rule 1 ("A"): "then", action 1: "to" is an absolute URL that begins with http:// or https://',
    ],
    [[rule({ do: 'delay', ms: 20, upToMs: 10 })], 'rule 1 ("A"): "then", action 1: "upToMs" is less than "ms"'],
    [
      [rule({ do: 'set-method', method: 'HEAD' }, 'client-request')],
      'rule 1 ("A"): "then", action 1: "method" cannot be HEAD: the client does not expect its answer',
    ],
    [[rule({ do: 'abort' }), rule({ do: 'abort' })], 'rule 2 ("A"): two rules have the id "a"'],
    [{ rules: [], groups: [{ name: 'G' }, { name: 'G' }] }, 'two groups are named "G"'],
  ])('%j', (value, problem) => {
    expect(told(value)).toEqual([problem]);
  });

  it('tells all problems, each with its line, and takes nothing of such a list', () => {
    const text = `{
  "rules": [
    { "id": "a", "name": "one", "where": "client-request", "then": [{ "do": "abort" }] },
    { "id": "b", "name": "two", "where": "client-request",
      "then": [
        { "do": "abort" },
        { "do": "set-status", "status": 200 }
      ] },
    { "id": "c", "where": "client-request", "then": [{ "do": "abort" }] }
  ]
}`;
    const parsed = parseRulesText(text);
    expect(parsed.ok ? [] : parsed.problems.map(describeRuleProblem)).toEqual([
      'line 7, rule 2 ("two"): "then", action 2: set-status cannot stand at client-request; it can at origin-response, client-response',
      'line 9, rule 3: "name" is missing',
    ]);
  });

  it('tells where the text is no JSON', () => {
    const parsed = parseRulesText('{"rules": [\n{]}');
    expect(parsed.ok ? [] : parsed.problems.map(describeRuleProblem)).toEqual([
      'line 2: no JSON: line 2, column 2: a name in quotes was expected',
    ]);
  });

  it('asks whether its filter can stand there', () => {
    expect(told([{ ...rule({ do: 'abort' }, 'client-request'), when: 'status:200' }])[0]).toContain(
      'rule 1 ("A"): "when": “status” is not known',
    );
  });

  it('never throws, whatever it is given', () => {
    const key = fc.constantFrom(
      'id',
      'name',
      'where',
      'then',
      'do',
      'rules',
      'groups',
      'when',
      'body',
      'fields',
      'status',
      '__proto__',
    );
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(...RULE_STAGES, ...Object.keys(ACTION_STAGES)),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 8 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(typeof parseRules(value).ok).toBe('boolean');
        expect(typeof parseRulesText(JSON.stringify(value)).ok).toBe('boolean');
      }),
      { numRuns: 3000 },
    );
  });
});
