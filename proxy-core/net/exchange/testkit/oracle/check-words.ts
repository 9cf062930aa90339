/** The sentence, the advice and the steps of one exchange: numbers, what they quote, and what they name. */
import type { Claims, Language } from './claims.ts';
import { directivesOf, requestDirectives } from './directives.ts';
import type { Expected } from './expected.ts';
import type { Exchange } from './flights.ts';
import { linesOf, listOf, valueOf } from './fields.ts';
import { join, type Numbers } from './numbers.ts';
import { leftMs, type Stored } from './stored.ts';
import { againIn, bytesIn, namedIn, readSentence, type Reading } from './sentences.ts';
import { spansIn } from './spans.ts';
import type { Tally } from './tally.ts';

/** What sentences may name: all else that stands in their places is no name. */
const DIRECTIVES = [
  'no-cache',
  'no-store',
  'private',
  'public',
  'must-revalidate',
  'proxy-revalidate',
  'must-understand',
  's-maxage',
  'max-age',
  'min-fresh',
  'max-stale',
  'only-if-cached',
  'stale-while-revalidate',
  'stale-if-error',
];
const FIELDS = [
  'set-cookie',
  'vary',
  'if-match',
  'if-unmodified-since',
  'pragma',
  'etag',
  'last-modified',
  'authorization',
];

export function checkWords(
  language: Language,
  claims: Claims,
  { expected, looks }: { expected: Expected; looks: Exchange['looks'] },
  about: string,
  tally: Tally,
): void {
  const { sentence, advice } = claims.words[language];
  const where = `${about}, ${language}: ${sentence}`;
  tally.same('sentence begins', where, sentence.split(':')[0], expected.outcome);
  const plain = withoutQuotes(sentence, expected);
  const numbers = join(expected.numbers, { sent: expected.status === undefined ? [] : [expected.status] });
  for (const reading of readSentence(language, plain)) checkNumber(reading, numbers, where, tally);
  checkSteps(claims.words[language].steps, expected, looks, where, tally);
  checkQuotes(sentence, expected, where, tally);
  checkBytes(sentence, expected, where, tally);
  checkSource(language, plain, expected, where, tally);
  for (const text of [plain, ...advice]) checkNames(language, text, expected, where, tally);
  checkAdvice(advice, expected, where, tally);
}

function checkNumber(reading: Reading, numbers: Numbers, where: string, tally: Tally): void {
  const { role, from, to, text } = reading;
  const known = role === 'unknown' ? Object.values(numbers).flat() : (numbers[role] ?? []);
  tally.readNumber(role);
  tally.checked('number in a sentence');
  if (known.some((value) => value >= from && (value < to || value === from))) return;
  tally.contradict('number in a sentence', `${where}: ${text} (${role}) is ${known.join(' or ') || 'nothing'}`);
}

/** The sentence without what it quotes of the messages: numbers in there are not its own. */
function withoutQuotes(sentence: string, { asked, answered, stored }: Expected): string {
  const quoted = new Set<string>();
  for (const fields of [asked.fields, answered?.fields ?? [], stored?.fields ?? []])
    for (let i = 0; i < fields.length; i += 2)
      quoted.add(listOf(fields, fields[i]!.toLowerCase())!).add(fields[i + 1]!);
  let out = sentence;
  for (const text of [...quoted].sort((a, b) => b.length - a.length))
    if (text.length > 5 && !/^[\d.]+$/.test(text)) out = out.replaceAll(` ${text}`, ' …').replaceAll(`(${text}`, '(…');
  return out;
}

/** `Cache-Control: …` is the response's own. */
function checkQuotes(sentence: string, { answered }: Expected, where: string, tally: Tally): void {
  const at = sentence.indexOf('(Cache-Control: ');
  if (at < 0 || answered === undefined) return;
  tally.checked('quoted');
  const own = listOf(answered.fields, 'cache-control') ?? '';
  const targeted = listOf(answered.fields, 'cdn-cache-control') ?? own;
  const said = sentence.slice(at + 16);
  if (!said.startsWith(`${own})`) && !said.startsWith(`${targeted})`)) tally.contradict('quoted', where);
}

/** The part that was sent. */
function checkBytes(sentence: string, { made }: Expected, where: string, tally: Tally): void {
  const bytes = bytesIn(sentence);
  if (bytes === undefined || made === undefined) return;
  const numbers = bytes.split(/\D+/).join(' ');
  tally.same('bytes', where, numbers, [...made.spans.flat(), made.length].join(' '));
}

const SOURCES: Record<Language, Record<string, string>> = {
  en: {
    's-maxage': 's-maxage',
    'max-age': 'max-age',
    expires: 'Expires',
    heuristic: 'a tenth',
    default: 'the default lifetime',
    'fixed-ttl': 'the fixed lifetime',
    none: 'nothing',
    'cdn-cache-control': 'CDN-Cache-Control',
  },
  ru: {
    's-maxage': 's-maxage',
    'max-age': 'max-age',
    expires: 'Expires',
    heuristic: 'десятая часть',
    default: 'срок по умолчанию',
    'fixed-ttl': 'постоянный срок',
    none: 'не указан',
    'cdn-cache-control': 'CDN-Cache-Control',
  },
};
const FROM: Record<Language, RegExp> = {
  en: /\blifetime (?:of )?(?:\d[^()]*? )?from /,
  ru: /(?:срок: |источник: )/,
};

/** Where the lifetime comes from, and that a guessed one is cut at a day when it is. */
function checkSource(language: Language, sentence: string, { stored }: Expected, where: string, tally: Tally): void {
  const match = FROM[language].exec(sentence);
  if (match === null || stored === undefined) return;
  const { source, since = 0 } = stored.lifetime;
  const said = sentence.slice(match.index + match[0].length);
  tally.checked('source of a lifetime');
  if (!said.startsWith(SOURCES[language][source]!)) tally.contradict('source of a lifetime', `${where}: is ${source}`);
  if (source !== 'heuristic') return;
  const capped = /at most 1 day|не больше 1 дня/.test(said);
  tally.same('cap of a guess', where, capped, since > 864_000);
}

/** What it says to be there is there; what it says to leave out, too. */
function checkNames(language: Language, text: string, expected: Expected, where: string, tally: Tally): void {
  const { response, request } = namedIn(language, text);
  const { asked, answered, stored, before } = expected;
  for (const name of response.map((word) => word.toLowerCase())) {
    const heads = [answered?.fields, stored?.fields, before?.fields].filter((fields) => fields !== undefined);
    const isThere = DIRECTIVES.includes(name)
      ? heads.some((fields) =>
          ['cache-control', 'cdn-cache-control'].some((field) => hasDirective(fields, field, name)),
        )
      : heads.some((fields) => valueOf(fields, name) !== undefined);
    if (DIRECTIVES.includes(name) || FIELDS.includes(name)) tellNamed(name, isThere, `${where}; ${text}`, tally);
  }
  for (const name of request.map((word) => word.toLowerCase())) {
    const said = requestDirectives(asked.fields);
    const byPragma = said.named.has('pragma');
    const isThere = DIRECTIVES.includes(name)
      ? said.has.has(name) && (!byPragma || text.includes('Pragma'))
      : linesOf(asked.fields, name).length > 0 ||
        (name.startsWith('if-') && linesOf(asked.fields, 'if-unmodified-since').length > 0);
    if (DIRECTIVES.includes(name) || FIELDS.includes(name)) tellNamed(name, isThere, `${where}; ${text}`, tally);
  }
}

function hasDirective(fields: Expected['asked']['fields'], field: string, name: string): boolean {
  return directivesOf(fields, field).named.has(name);
}

function tellNamed(name: string, isThere: boolean, where: string, tally: Tally): void {
  tally.checked('named');
  if (!isThere) tally.contradict('named', `${where}: there is no ${name}`);
}

/** A window that is advised would have been enough. */
function checkAdvice(advice: readonly string[], expected: Expected, where: string, tally: Tally): void {
  const stale = expected.numbers.stale?.[0];
  for (const text of advice) checkAgain(text, expected, where, tally);
  for (const text of advice) {
    if (!text.includes('stale-while-revalidate') || stale === undefined) continue;
    for (const match of text.matchAll(/stale-while-revalidate=(\d+)/g)) {
      tally.checked('advised window');
      if (Number(match[1]) < stale) tally.contradict('advised window', `${where}; ${text}: stale for ${stale}`);
    }
  }
}

/** How long the same request will be answered by what is stored now: not longer than it is fresh enough for that request. */
function checkAgain(text: string, { kept, serial, wishes }: Expected, where: string, tally: Tally): void {
  const said = againIn(text);
  if (said === undefined) return;
  tally.checked('hit again');
  const told = `${where}; ${text}`;
  if (kept === undefined || serial === undefined) {
    tally.contradict('hit again', `${told}: nothing is stored`);
    return;
  }
  const { minFresh = 0, maxAge = Number.POSITIVE_INFINITY } = wishes;
  const left = leftMs(kept, kept.arrivedMs) / 1000;
  const age = (kept.arrivedMs - kept.bornMs) / 1000;
  const most = Math.min(left - minFresh, maxAge - age);
  if (said.from > most) tally.contradict('hit again', `${told}: for ${most} s`);
}

/** Spans in the steps are those of what was stored, or of what came. */
function checkSteps(
  steps: readonly string[],
  expected: Expected,
  looks: Exchange['looks'],
  where: string,
  tally: Tally,
): void {
  const { numbers, kept, judged, stored, before } = expected;
  const known = [
    ...looks.flatMap((plan) => Object.values(plan.numbers).flat()),
    ...Object.values(numbers).flat(),
    ...[kept, judged, stored, before].flatMap((item) => (item ? numbersAtStart(item) : [])),
  ];
  for (const step of steps)
    for (const { from, to, at, end } of spansIn(withoutQuotes(step, expected))) {
      tally.checked('number in a step');
      if (!known.some((value) => (value >= from && value < to) || value === from))
        tally.contradict('number in a step', `${where}; ${step}: ${step.slice(at, end)} is none of ${known.join(' ')}`);
    }
}

const numbersAtStart = (stored: Stored): number[] => [
  stored.lifetime.seconds,
  stored.lifetime.since ?? 0,
  (stored.arrivedMs - stored.bornMs) / 1000,
  leftMs(stored, stored.arrivedMs) / 1000,
  86_400,
];
