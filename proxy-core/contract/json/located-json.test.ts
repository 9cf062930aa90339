import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonProblem, readLocatedJson } from './located-json.ts';

const problem = (text: string): string => {
  try {
    readLocatedJson(text);
  } catch (error) {
    if (error instanceof JsonProblem) return error.message;
    throw error;
  }
  return 'none';
};

describe('readLocatedJson', () => {
  it('reads what JSON.parse reads, alike', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(readLocatedJson(text).value).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what JSON.parse refuses, always with a line and a column', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \n01-.eE+tfnrualse\u0001é') }), (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const told = problem(text);
        expect(told === 'none' || told.includes('stands twice'), text).toBe(valid);
      }),
      { numRuns: 5000 },
    );
  });

  it('tells the line of each object and array', () => {
    const { value, lineOf } = readLocatedJson('{\n  "a": [\n    {},\n    { "b": 1 }\n  ]\n}');
    expect(lineOf(value as object)).toBe(1);
    const { a } = value as { a: object[] };
    expect([lineOf(a), ...a.map((part) => lineOf(part))]).toEqual([2, 3, 4]);
    expect(lineOf({})).toBeUndefined();
  });

  it.each([
    ['', 'line 1, column 1: the text ends where a value was expected'],
    ['[1,\n 2,]', 'line 2, column 4: a value was expected'],
    ['{"a" 1}', 'line 1, column 6: ":" was expected'],
    ['{"a":1 "b":2}', 'line 1, column 8: "," or "}" was expected'],
    ['[1] x', 'line 1, column 5: nothing more was expected'],
    ['{"a":1,\n"a":2}', 'line 2, column 1: "a" stands twice in one object'],
    ['["x\n"]', 'line 1, column 4: a control character within a string; write it as an escape'],
    ['["\\q"]', 'line 1, column 2: this is no string of JSON'],
    ['"x', 'line 1, column 1: a string without an end'],
    ['{a:1}', 'line 1, column 2: a name in quotes was expected'],
  ])('%j', (text, told) => {
    expect(problem(text)).toBe(told);
  });

  it('takes a name like any other', () => {
    const { value } = readLocatedJson('{"__proto__": {"x": 1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('is bounded in depth', () => {
    expect(problem('['.repeat(1_000_000))).toContain('more than 100 objects and arrays');
  });
});
