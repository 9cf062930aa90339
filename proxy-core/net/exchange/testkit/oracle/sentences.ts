/** Reads numbers and words out of sentences in both languages, and says what each is taken for. */
import type { Language } from './claims.ts';
import type { Role } from './numbers.ts';
import { spansIn, type Span } from './spans.ts';

export interface Reading {
  role: Role | 'unknown';
  from: number;
  to: number;
  text: string;
}

/** What stands before a span (to its end) or behind it tells what it is. */
type Mark = readonly [role: Role, before: RegExp | undefined, behind: RegExp | undefined];

const EN: readonly Mark[] = [
  ['ageAtStart', undefined, /^ old by its Date or Age/],
  ['age', undefined, /^ old\b/],
  ['age', /\bage $/i, undefined],
  ['lifetime', /lifetime(?: of)? $/i, undefined],
  ['left', /\bfresh (?:again )?for $/, undefined],
  ['since', /a tenth of the $/, undefined],
  ['stale', /\bstale for $/i, undefined],
  ['stale', /expired $/, /^ ago/],
  ['maxAge', /accepts at most $/, undefined],
  ['minFresh', /wants at least $/, undefined],
];
const RU: readonly Mark[] = [
  ['age', /возраст $/, undefined],
  ['age', /сохранённому ответу $/, undefined],
  ['lifetime', /(?:срок|при сроке) $/, undefined],
  ['left', /свеж(?: ещё)? $/, undefined],
  ['since', /с Last-Modified \($/, undefined],
  ['stale', /устаревший (?:на )?$/, undefined],
  ['stale', /(?:истёк|устарел) $/, /^ назад/],
  ['ageAtStart', /ему было $/, undefined],
  ['maxAge', /допускает не больше $/, undefined],
  ['minFresh', /хочет не меньше $/, undefined],
];
const MARKS: Record<Language, readonly Mark[]> = { en: EN, ru: RU };
/** "At most 1 day": the cap of a guessed lifetime, no number of this exchange. */
const CAP = /(?:at most|не больше) $/;
const COUNTS: readonly (readonly [role: Role, expression: RegExp])[] = [
  ['maxStale', /max-stale=(\d+)/g],
  ['whileRevalidating', /stale-while-revalidate=(\d+)/g],
  ['ifError', /stale-if-error=(\d+)/g],
  ['status', /(?:answered|ответил|(?<!gets )\ba|не про ответ) (\d{3})\b/g],
  ['sent', /(?:client gets a|клиент получает) (\d{3})\b/g],
  ['status', /\((\d{3})\)/g],
];

/** Every number of seconds, and every status, in a sentence. */
export function readSentence(language: Language, sentence: string): Reading[] {
  const out: Reading[] = [];
  for (const span of spansIn(sentence)) {
    const role = roleOf(language, sentence, span);
    if (role !== 'cap') out.push({ role, from: span.from, to: span.to, text: sentence.slice(span.at, span.end) });
  }
  for (const [role, expression] of COUNTS)
    for (const match of sentence.matchAll(expression)) {
      const count = Number(match[1]);
      out.push({ role, from: count, to: count + 1, text: match[0] });
    }
  return out;
}

function roleOf(language: Language, sentence: string, span: Span): Role | 'unknown' | 'cap' {
  const before = sentence.slice(Math.max(0, span.at - 40), span.at);
  const behind = sentence.slice(span.end, span.end + 40);
  for (const [role, ahead, after] of MARKS[language])
    if (ahead?.test(before) !== false && after?.test(behind) !== false) return role;
  return CAP.test(before) ? 'cap' : 'unknown';
}

/** Spans of bytes that are said to have been sent: `(bytes 0-3/10)`. */
export function bytesIn(sentence: string): string | undefined {
  return /получает 206.*\((?:байты|bytes) ([^)]*)\)|gets a 206.*\(bytes ([^)]*)\)/
    .exec(sentence)
    ?.slice(1)
    .find((part) => part !== undefined);
}

/** For how long the same request is said to be answered by what is stored now. */
export function againIn(advice: string): Span | undefined {
  const said = /again within (.*): the response is stored|не позже чем через (.*): ответ теперь/.exec(advice);
  return said === null ? undefined : spansIn(said[1] ?? said[2] ?? '')[0];
}

/** Names of directives and fields a sentence says to be there, or advises to do without. */
const NAMED: Record<Language, readonly RegExp[]> = {
  en: [
    /\bit says ([a-z-]+)/g,
    /\bresponse says ([a-z-]+)/g,
    /\bresponse without ([A-Za-z-]+)/g,
    /\bmax-age in the place of (s-maxage)/g,
  ],
  ru: [/в нём ([a-z][a-z-]+)/g, /ответе ([a-z][a-z-]+)/g, /[Оо]твет без ([A-Za-z-]+)/g, /вместо (s-maxage)/g],
};
const NAMED_BY_REQUEST: Record<Language, readonly RegExp[]> = {
  en: [/\brequest says (?:Pragma: )?([a-z-]+)/g, /\brequest without ([A-Za-z-]+)/g, /\((max-stale|only-if-cached)\b/g],
  ru: [/в запросе (?:Pragma: )?([a-z][a-z-]+)/g, /[Зз]апрос без ([A-Za-z-]+)/g, /\((max-stale|only-if-cached)\b/g],
};

const all = (expressions: readonly RegExp[], text: string): string[] =>
  expressions.flatMap((expression) => [...text.matchAll(expression)].map((match) => match[1]!));

/** What is said to stand in the stored or received response, and in the request. */
export const namedIn = (language: Language, text: string): { response: string[]; request: string[] } => ({
  response: all(NAMED[language], text),
  request: all(NAMED_BY_REQUEST[language], text),
});
