/**
 * The filter language: words side by side must all hold, `or` and brackets group, `-` or `not` turns around,
 * `key:value` asks about a column, "…" is free text with spaces, /…/ a pattern over the URL.
 */
import type { TrafficRow } from '../../state/traffic-ring.ts';
import { FilterError, lexFilter, type FilterProblem, type Op, type Token } from './lex.ts';
import { compilePattern, PatternTooHard } from './pattern.ts';
import { buildTermTest, type FilterContext, type FilterKey, type Test } from './terms.ts';

export type FilterNode =
  | { kind: 'and' | 'or'; parts: FilterNode[] }
  | { kind: 'not'; part: FilterNode }
  | { kind: 'term'; key: FilterKey; op: Op; value: string; test: Test }
  | { kind: 'text'; text: string; test: Test }
  | { kind: 'regex'; source: string; test: Test };

/** `node` null: the line is empty and everything is shown. */
export type ParsedFilter = { ok: true; node: FilterNode | null } | { ok: false; problem: FilterProblem };

function textNode(text: string): FilterNode {
  const lower = text.toLowerCase();
  return {
    kind: 'text',
    text,
    test: (row) =>
      row.url.toLowerCase().includes(lower) ||
      row.method.toLowerCase() === lower ||
      (row.reason?.includes(lower) ?? false) ||
      (row.contentType?.includes(lower) ?? false) ||
      (row.status !== undefined && String(row.status) === lower),
  };
}

function regexNode(source: string, at: number): FilterNode {
  try {
    const test = compilePattern(source);
    return { kind: 'regex', source, test: (row) => test(row.url) };
  } catch (thrown) {
    throw new FilterError({ code: thrown instanceof PatternTooHard ? 'regex-hard' : 'regex-bad', what: source, at });
  }
}

/** Brackets and negations within each other. */
const MAX_DEPTH = 100;

class Parser {
  readonly #tokens: Token[];
  readonly #end: number;
  #next = 0;
  #depth = 0;

  constructor(line: string) {
    this.#tokens = lexFilter(line);
    this.#end = line.length;
  }

  parse(): FilterNode | null {
    if (this.#tokens.length === 0) return null;
    const node = this.#any();
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw new FilterError({ code: 'bracket-close', what: ')', at: rest.at });
    return node;
  }

  #any(): FilterNode {
    const parts = [this.#all()];
    while (this.#tokens[this.#next]?.kind === 'or') {
      const at = this.#tokens[this.#next++]?.at ?? this.#end;
      if (!this.#startsPart()) throw new FilterError({ code: 'nothing-after', what: 'or', at });
      parts.push(this.#all());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'or', parts };
  }

  #startsPart(): boolean {
    const token = this.#tokens[this.#next];
    return token !== undefined && token.kind !== 'or' && token.kind !== 'close';
  }

  #all(): FilterNode {
    if (!this.#startsPart()) {
      const token = this.#tokens[this.#next];
      throw new FilterError({
        code: 'nothing-after',
        what: token?.kind === 'or' ? 'or' : '(',
        at: token?.at ?? this.#end,
      });
    }
    const parts: FilterNode[] = [];
    while (this.#startsPart()) parts.push(this.#one());
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
  }

  #one(): FilterNode {
    const token = this.#tokens[this.#next++]!;
    if (++this.#depth > MAX_DEPTH) throw new FilterError({ code: 'too-deep', what: '', at: token.at });
    const node = this.#part(token);
    this.#depth--;
    return node;
  }

  #part(token: Token): FilterNode {
    switch (token.kind) {
      case 'not':
        if (!this.#startsPart()) throw new FilterError({ code: 'nothing-after', what: '-', at: token.at });
        return { kind: 'not', part: this.#one() };
      case 'open': {
        const inner = this.#any();
        if (this.#tokens[this.#next]?.kind !== 'close')
          throw new FilterError({ code: 'bracket-open', what: '(', at: token.at });
        this.#next++;
        return inner;
      }
      case 'regex':
        return regexNode(token.source, token.at);
      case 'text':
        return textNode(token.text);
      case 'term': {
        const { key, test } = buildTermTest(token);
        return { kind: 'term', key, op: token.op, value: token.value, test };
      }
      case 'close':
      case 'or':
        throw new FilterError({ code: 'bracket-close', what: ')', at: token.at });
    }
  }
}

/** Parses a filter line; a problem names what is wrong and where. */
export function parseFilter(line: string): ParsedFilter {
  try {
    return { ok: true, node: new Parser(line).parse() };
  } catch (thrown) {
    if (thrown instanceof FilterError) return { ok: false, problem: thrown.problem };
    throw thrown;
  }
}

/** Does the row pass? */
export function matchesFilter(node: FilterNode | null, row: TrafficRow, context: FilterContext): boolean {
  if (node === null) return true;
  switch (node.kind) {
    case 'and':
      return node.parts.every((part) => matchesFilter(part, row, context));
    case 'or':
      return node.parts.some((part) => matchesFilter(part, row, context));
    case 'not':
      return !matchesFilter(node.part, row, context);
    case 'term':
    case 'text':
    case 'regex':
      return node.test(row, context);
  }
}
