/**
 * The filter language: words side by side must all hold, `or` and brackets group, `-` or `not` turns around,
 * `key:value` asks about a column, "…" is free text with spaces, /…/ a pattern over the URL. docs/filter.md has the grammar.
 */
import { fieldKey, isFilterKey, type FilterKey, type Scope, type Side } from './language.ts';
import { lexFilter, type Op, type TermToken, type Token } from './lex.ts';
import { FilterError, type FilterProblem } from './problem.ts';
import { readTerm, type Reading, type Test } from './terms.ts';
import { pastedUrl, patternAt } from './tests.ts';

/** What was understood, for plain words. */
export type FilterNode =
  | { kind: 'and' | 'or'; parts: FilterNode[] }
  | { kind: 'not'; part: FilterNode }
  | { kind: 'term'; key: FilterKey | 'field'; op: Op; value: string; amount?: number; side?: Side; name?: string }
  | { kind: 'text'; text: string }
  | { kind: 'regex'; source: string };

/** Says what a reading (by its place in `readings`) came to; undefined while it is not known. */
export type Found = (reading: number) => boolean | undefined;

/** A filter that was understood. */
export interface Filter<S> {
  readonly node: FilterNode;
  /** Questions about fields and bodies; most filters have none. */
  readonly readings: readonly Reading[];
  /** Whether the row passes; undefined when that hangs on a reading that is not known. */
  decide(subject: S, found?: Found): boolean | undefined;
}

/** `filter` null: the line is empty and everything passes. */
export type ParsedFilter<S> = { ok: true; filter: Filter<S> | null } | { ok: false; problem: FilterProblem };

type Verdict<S> = (subject: S, found: Found) => boolean | undefined;
interface Part<S> {
  node: FilterNode;
  verdict: Verdict<S>;
}

/** Brackets and negations within each other. */
const MAX_DEPTH = 100;
/** Characters of a line. */
const MAX_LENGTH = 100_000;
/** Questions about fields and bodies in one line. */
export const MAX_READINGS = 16;

const NOTHING_FOUND: Found = () => undefined;

/** Kleene's: what is known decides, whatever the rest will be. */
function every<S>(parts: readonly Verdict<S>[]): Verdict<S> {
  return (subject, found) => {
    let all: boolean | undefined = true;
    for (const part of parts) {
      const one = part(subject, found);
      if (one === false) return false;
      if (one === undefined) all = undefined;
    }
    return all;
  };
}
function some<S>(parts: readonly Verdict<S>[]): Verdict<S> {
  return (subject, found) => {
    let any: boolean | undefined = false;
    for (const part of parts) {
      const one = part(subject, found);
      if (one === true) return true;
      if (one === undefined) any = undefined;
    }
    return any;
  };
}

class Parser<S> {
  readonly readings: Reading[] = [];
  readonly #tokens: Token[];
  readonly #end: number;
  readonly #scope: Scope<S>;
  #next = 0;
  #depth = 0;

  constructor(line: string, scope: Scope<S>) {
    if (line.length > MAX_LENGTH) throw new FilterError({ code: 'too-long', what: '', at: MAX_LENGTH });
    this.#tokens = lexFilter(line, (key) => isFilterKey(key) || fieldKey(key) !== undefined);
    this.#end = line.length;
    this.#scope = scope;
  }

  parse(): Part<S> | null {
    if (this.#tokens.length === 0) return null;
    const part = this.#any();
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw new FilterError({ code: 'bracket-close', what: ')', at: rest.at });
    return part;
  }

  #any(): Part<S> {
    const parts = [this.#all()];
    while (this.#tokens[this.#next]?.kind === 'or') {
      const at = this.#tokens[this.#next++]?.at ?? this.#end;
      if (!this.#startsPart()) throw new FilterError({ code: 'nothing-after', what: 'or', at });
      parts.push(this.#all());
    }
    return joined('or', parts, some);
  }

  #startsPart(): boolean {
    const token = this.#tokens[this.#next];
    return token !== undefined && token.kind !== 'or' && token.kind !== 'close';
  }

  #all(): Part<S> {
    if (!this.#startsPart()) {
      const token = this.#tokens[this.#next];
      throw new FilterError({
        code: 'nothing-after',
        what: token?.kind === 'or' ? 'or' : '(',
        at: token?.at ?? this.#end,
      });
    }
    const parts: Part<S>[] = [];
    while (this.#startsPart()) parts.push(this.#one());
    return joined('and', parts, every);
  }

  #one(): Part<S> {
    const token = this.#tokens[this.#next++]!;
    if (++this.#depth > MAX_DEPTH) throw new FilterError({ code: 'too-deep', what: '', at: token.at });
    const part = this.#part(token);
    this.#depth--;
    return part;
  }

  #part(token: Token): Part<S> {
    switch (token.kind) {
      case 'not': {
        if (!this.#startsPart()) throw new FilterError({ code: 'nothing-after', what: '-', at: token.at });
        const { node, verdict } = this.#one();
        return {
          node: { kind: 'not', part: node },
          verdict: (subject, found) => {
            const inner = verdict(subject, found);
            return inner === undefined ? undefined : !inner;
          },
        };
      }
      case 'open': {
        const inner = this.#any();
        if (this.#tokens[this.#next]?.kind !== 'close')
          throw new FilterError({ code: 'bracket-open', what: '(', at: token.at });
        this.#next++;
        return inner;
      }
      case 'regex': {
        const pattern = patternAt(token.source, token.at);
        const url = this.#scope.texts.url ?? (() => undefined);
        return {
          node: { kind: 'regex', source: token.source },
          verdict: (subject) => pattern.test(url(subject) ?? ''),
        };
      }
      case 'text':
        return { node: { kind: 'text', text: token.text }, verdict: freeText(token.text, this.#scope) };
      case 'term':
        return this.#term(token);
      case 'close':
      case 'or':
        throw new FilterError({ code: 'bracket-close', what: ')', at: token.at });
    }
  }

  #term(token: TermToken): Part<S> {
    const { op, value } = token;
    const term = readTerm(token, this.#scope);
    const { key, amount, side, name } = term;
    const node: FilterNode = {
      kind: 'term',
      key,
      op,
      value,
      ...(amount !== undefined && { amount }),
      ...(side !== undefined && { side }),
      ...(name !== undefined && { name }),
    };
    if ('test' in term) return { node, verdict: term.test };
    if (this.readings.length >= MAX_READINGS)
      throw new FilterError({ code: 'too-many-reads', what: String(MAX_READINGS), at: token.at });
    const place = this.readings.push(term.reading) - 1;
    return { node, verdict: (_, found) => found(place) };
  }
}

function joined<S>(
  kind: 'and' | 'or',
  parts: Part<S>[],
  join: (verdicts: readonly Verdict<S>[]) => Verdict<S>,
): Part<S> {
  if (parts.length === 1) return parts[0]!;
  return { node: { kind, parts: parts.map(({ node }) => node) }, verdict: join(parts.map(({ verdict }) => verdict)) };
}

/** In the URL, or all of method or status, or a part of the type and what the scope adds. */
function freeText<S>(text: string, scope: Scope<S>): Test<S> {
  const wanted = text.toLowerCase();
  const pasted = pastedUrl(text)?.toLowerCase();
  const url = scope.texts.url ?? (() => undefined);
  return (subject) => {
    const found = url(subject)?.toLowerCase() ?? '';
    return (
      found.includes(wanted) ||
      (pasted !== undefined && found.includes(pasted)) ||
      scope.method(subject)?.toLowerCase() === wanted ||
      (scope.type?.(subject)?.includes(wanted) ?? false) ||
      String(scope.status?.(subject) ?? '') === wanted ||
      scope.free.some((read) => read(subject)?.toLowerCase().includes(wanted) ?? false)
    );
  };
}

/** Parses a filter line; a problem names what is wrong, where, and what would be accepted. */
export function parseFilter<S>(line: string, scope: Scope<S>): ParsedFilter<S> {
  try {
    const parser = new Parser(line, scope);
    const part = parser.parse();
    if (part === null) return { ok: true, filter: null };
    const { node, verdict } = part;
    return {
      ok: true,
      filter: { node, readings: parser.readings, decide: (subject, found = NOTHING_FOUND) => verdict(subject, found) },
    };
  } catch (thrown) {
    if (thrown instanceof FilterError) return { ok: false, problem: thrown.problem };
    throw thrown;
  }
}
