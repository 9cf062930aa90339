/** A filter in plain words, and what is wrong with one that does not parse, in each language. Pure. */
import type { Language } from '../wording/language.ts';
import { numbersOf, type Numbers } from '../wording/units.ts';
import { AMOUNT_KEYS, IS_WORDS, type AmountKey } from './language.ts';
import type { FilterNode } from './parse.ts';
import type { FilterProblem } from './problem.ts';
import { EN } from './words/en.ts';
import { RU } from './words/ru.ts';
import type { FilterWords } from './words.ts';

interface Speech {
  words: FilterWords;
  numbers: Numbers;
}
const SPEECH: Record<Language, Speech> = {
  en: { words: EN, numbers: numbersOf('en') },
  ru: { words: RU, numbers: numbersOf('ru') },
};

type TermNode = Extract<FilterNode, { kind: 'term' }>;

const CONTAINS: ReadonlySet<string> = new Set([
  'reason',
  'host',
  'path',
  'url',
  'client',
  'app',
  'error',
  'op',
  'note',
  'tag',
  'variant',
  'field',
  'body',
  'req.body',
  'res.body',
]);
/** A star alone asks whether there is one. */
const PRESENT: ReadonlySet<string> = new Set(['field', 'op', 'note', 'color']);
const isAmount = (key: string): key is AmountKey => AMOUNT_KEYS.some((item) => item === key);

function amountWords(key: AmountKey, op: TermNode['op'], amount: number, { words, numbers }: Speech): string {
  const said = words.amount[key];
  const shown = said === 'count' ? numbers.count(amount) : numbers[said](amount);
  if (op === ':' || op === '=' || op === '~') {
    const least = op === ':' && key !== 'hits';
    return `${words.key[key]} ${least ? words.op['>='] : words.op.is} ${shown}`;
  }
  return `${words.key[key]} ${words.op[op]} ${shown}`;
}

function termWords(node: TermNode, speech: Speech): string {
  const { key, value, op } = node;
  const { words } = speech;
  if (key === 'is') {
    const known = IS_WORDS.find((item) => item === value.toLowerCase());
    return known === undefined ? value : words.is[known];
  }
  if (isAmount(key) && node.amount !== undefined) return amountWords(key, op, node.amount, speech);
  const name = key === 'field' ? words.field[node.side ?? 'either'](node.name ?? '') : words.key[key];
  if (op === '~') return `${name} ${words.op.pattern} /${value}/`;
  if (PRESENT.has(key) && op === ':' && value === '*') return `${name} ${words.op.present}`;
  if (op !== ':' && op !== '=') return `${name} ${words.op[op]} ${value}`;
  const says =
    op === '=' || !CONTAINS.has(key) ? words.op.is : value.includes('*') ? words.op.matches : words.op.contains;
  return `${name} ${says} ${key === 'cache' || key === 'method' ? value.toUpperCase() : value}`;
}

function nodeWords(node: FilterNode, speech: Speech, inner: boolean): string {
  const { words } = speech;
  switch (node.kind) {
    case 'and':
    case 'or': {
      const text = node.parts
        .map((part) => nodeWords(part, speech, true))
        .join(node.kind === 'and' ? words.and : words.or);
      return inner && node.kind === 'or' ? `(${text})` : text;
    }
    case 'not': {
      const { part } = node;
      const text = nodeWords(part, speech, true);
      return words.not(part.kind === 'and' ? `(${text})` : text);
    }
    case 'text':
      return words.text(node.text);
    case 'regex':
      return words.regex(node.source);
    case 'term':
      return termWords(node, speech);
  }
}

/** `cache outcome is MISS and not type is image`; `everything` for none. */
export function describeFilter(node: FilterNode | null, language: Language): string {
  const speech = SPEECH[language];
  return node === null ? speech.words.everything : nodeWords(node, speech, false);
}

/** What is wrong, where, and what would be accepted there. */
export function describeProblem({ code, what, at, accepts }: FilterProblem, language: Language): string {
  const { words } = SPEECH[language];
  const right = accepts === undefined ? '' : words.accepts(accepts.join(', '));
  return `${words.problem[code](what)} (${words.at(String(at + 1))})${right}`;
}
