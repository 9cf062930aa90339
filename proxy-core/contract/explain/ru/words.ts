/** Из чего составлены предложения, по-русски. */
import { failed } from './failures.ts';
import type { TraceInput } from '../../reasons.ts';
import { bytesOf, pluralOf, saidOf, spanOf, type Facts, type Input, type Unit } from '../texts.ts';

const RU_UNITS: readonly Unit[] = [
  'с',
  'мин',
  'ч',
  pluralOf('ru', { one: 'день', few: 'дня', many: 'дней', other: 'дня' }),
  pluralOf('ru', { one: 'год', few: 'года', many: 'лет', other: 'года' }),
];
export const variants = pluralOf('ru', { one: 'вариант', few: 'варианта', many: 'вариантов', other: 'варианта' });
export const responses = pluralOf('ru', { one: 'ответ', few: 'ответа', many: 'ответов', other: 'ответа' });
export const times = pluralOf('ru', { one: 'раз', few: 'раза', many: 'раз', other: 'раза' });
export const span = (value: unknown): string =>
  typeof value !== 'number' ? '?' : value >= 0 && value < 1 ? 'меньше 1 с' : spanOf(value, RU_UNITS);
/** «на 10 с»: насколько. */
export const by = (value: unknown): string =>
  typeof value === 'number' && value >= 0 && value < 1 ? 'меньше чем на 1 с' : `на ${span(value)}`;
export const size = (value: unknown): string =>
  typeof value === 'number' ? bytesOf(value, ['байт', 'КиБ', 'МиБ', 'ГиБ']) : '?';
export const or = (value: TraceInput | undefined, absent = 'нет'): string =>
  value === null || value === undefined || value === '' ? absent : String(value);
/** Where something stepped in, and what it was. */
export const at = (stage: TraceInput | undefined, by: TraceInput | undefined): string =>
  `${or(stage, '?')}${by === undefined ? '' : ` (${or(by)})`}`;
/** A field's value, which may be empty, or that there was none. */
export const valueOr = (value: TraceInput | undefined, absent: string): string =>
  value === '' ? '(пусто)' : or(value, absent);
export const yes = (value: unknown): boolean => value === true;
/** Сколько осталось до секунды, как в `ttl`. */
export const left = (facts: Facts): string =>
  span(facts['left'] ?? Number(facts['lifetime'] ?? 0) - Number(facts['age'] ?? 0));
/** «свеж 1 ч» или другие слова, когда от срока ничего не осталось. */
export const freshFor = (seconds: unknown, fresh: string, stale: string): string =>
  typeof seconds === 'number' && seconds <= 0 ? stale : `${fresh} ${span(seconds)}`;

const SOURCES: Record<string, string> = {
  's-maxage': 's-maxage',
  'max-age': 'max-age',
  expires: 'Expires',
  heuristic: 'десятая часть времени с Last-Modified',
  default: 'срок по умолчанию из настроек',
  'fixed-ttl': 'постоянный срок из настроек',
  user: 'срок, заданный вручную',
  none: 'не указан',
  'cdn-cache-control': 'CDN-Cache-Control',
};
export const source = (value: TraceInput | undefined, since?: TraceInput): string =>
  value === 'heuristic' && typeof since === 'number'
    ? `десятая часть времени с Last-Modified (${span(since)})${since > 864_000 ? ', не больше 1 дня' : ''}`
    : (SOURCES[String(value)] ?? or(value));

/** `срок 1 ч (max-age)`. */
export const lifetimeOf = (i: Input): string =>
  Number(i('lifetime')) <= 0
    ? `срока нет (${source(i('source'))})`
    : `срок ${span(i('lifetime'))} (${source(i('source'), i('since'))})`;

export function stale(facts: Facts): string {
  return facts['secondsAgo'] === undefined ? 'устаревший' : `устаревший ${span(facts['secondsAgo'])} назад`;
}

/** «устарел 10 с назад». */
export const isStale = (facts: Facts): string =>
  facts['secondsAgo'] === undefined ? 'устарел' : `устарел ${span(facts['secondsAgo'])} назад`;

export function failure(facts: Facts): string {
  return facts['status'] === undefined ? failed(facts['error']) : `сервер ответил ${facts['status']}`;
}

/** Как сохранённый ответ устарел. */
export function expiry(f: Facts): string {
  const [lifetime, atStart] = [f['lifetime'], f['ageAtStart']];
  if (f['source'] === 'none') return 'сохранённый ответ пришёл без срока свежести';
  if (typeof lifetime === 'number' && lifetime <= 0)
    return `сохранённый ответ пришёл уже устаревшим (${source(f['source'])})`;
  if (atStart !== undefined)
    return `сохранённый ответ пришёл уже устаревшим: ему было ${span(atStart)} по его Date или Age при сроке ${span(lifetime)} (${source(f['source'], f['since'])})`;
  return `срок сохранённого ответа истёк ${span(f['secondsAgo'])} назад`;
}

/** Почему сохранённый ответ не может заменить. */
export function standsNot(f: Facts): string {
  const said = saidOf(f['forbids'], f);
  switch (f['forbids']) {
    case 's-maxage':
      return 'в нём s-maxage, а это запрещает отдавать его устаревшим';
    case 'must-revalidate':
    case 'proxy-revalidate':
    case 'no-cache':
      return `в нём ${f['forbids']}`;
    case 'stale-if-error':
      return `время stale-if-error=${or(f['window'])} вышло`;
    case 'user-validation':
      return 'о нём спросил человек';
    default:
      return said === undefined ? 'запрос хочет, чтобы спросили сервер' : `в запросе ${said}`;
  }
}

/** Почему stale-if-error не помогает. */
export function unusedWindow(unused: unknown, window: unknown, status: unknown): string {
  switch (unused) {
    case 'over':
      return `время stale-if-error=${String(window)} вышло`;
    case 'status':
      return `stale-if-error=${String(window)} не про ответ ${String(status)}`;
    case 'asked':
      return `запрос хочет, чтобы спросили сервер, и stale-if-error=${String(window)} не действует`;
    default:
      return `в нём ${String(unused)}, а это важнее stale-if-error=${String(window)}`;
  }
}

/** «0-4 из 10» из `0-4/10`; длина бывает неизвестна. */
export function bytesOfWhole(range: TraceInput | undefined): string {
  const [span = '', length = '*'] = or(range).split('/');
  return length === '*' ? span : `${span} из ${length}`;
}
