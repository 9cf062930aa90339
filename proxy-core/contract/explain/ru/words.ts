/** Из чего составлены предложения, по-русски. */
import { failed } from './failures.ts';
import type { TraceInput } from '../../reasons.ts';
import { choiceOf, countedIn, formOf, listOf } from '../../wording/plurals.ts';
import { numbersOf } from '../../wording/units.ts';
import { namesOf, saidOf, type Facts, type Input } from '../texts.ts';

const NUMBERS = numbersOf('ru');
/** Сообщения о том, сколько чего. */
export const counted = countedIn('ru', NUMBERS.count);
export const variants = counted({ one: '# вариант', few: '# варианта', many: '# вариантов' });
/** «из 3 вариантов». */
export const ofVariants = counted({ one: '# варианта', few: '# вариантов', many: '# вариантов' });
export const responses = counted({ one: '# ответ', few: '# ответа', many: '# ответов' });
export const times = counted({ one: '# раз', few: '# раза', many: '# раз' });
export const bytes = counted({ one: '# байт', few: '# байта', many: '# байт' });
export const differ = formOf('ru', { one: 'различается', few: 'различаются', many: 'различаются' });

const told = (say: (value: number) => string, value: unknown): string => (typeof value === 'number' ? say(value) : '?');
/** Сколько прошло или осталось, целых секунд. */
export const span = (value: unknown): string => told(NUMBERS.age, value);
/** «10 с назад»: когда устарел. */
export const ago = (value: unknown): string => `${span(value)} назад`;
/** Секунды, названные в директиве или настройке. */
export const stated = (value: unknown): string => told((seconds) => NUMBERS.duration(seconds * 1000), value);
/** «больше 1 дня», «в течение 1 дня». */
export const statedOf = (value: unknown): string => told((seconds) => NUMBERS.durationOf(seconds * 1000), value);
/** Измеренные секунды рядом с названными. */
export function compared(measured: unknown, limit: unknown): [measured: string, limit: string] {
  if (typeof measured !== 'number' || typeof limit !== 'number' || measured < 1) return [span(measured), stated(limit)];
  return NUMBERS.durations(measured * 1000, limit * 1000);
}
/** То же, когда измерено больше, чем можно, хотя бы и меньше чем на секунду; предел — в родительном падеже. */
export function past(measured: unknown, limit: unknown): [measured: string, limit: string] {
  const [more, most] = compared(measured, limit);
  const ofMost = most === stated(limit) ? statedOf(limit) : most;
  return [measured === limit ? `больше ${ofMost}` : more, ofMost];
}
/** «2 мин назад», «больше 1 мин назад»: когда устарел, рядом с тем, сколько можно. */
export function agoPast(measured: unknown, limit: unknown): [measured: string, limit: string] {
  const [more, most] = compared(measured, limit);
  if (measured === limit) return [`больше ${statedOf(limit)} назад`, most];
  return [`${more} назад`, most];
}
/** Сколько осталось, когда нужно больше. */
export const below = (rest: unknown, wanted: unknown): string =>
  rest === wanted ? `меньше ${statedOf(wanted)}` : span(rest);
/** Измеренное и названное в одном предложении. */
export const said = (pair: readonly [string, string], say: (measured: string, limit: string) => string): string =>
  say(...pair);
export const duration = (ms: unknown): string => told(NUMBERS.duration, ms);
const size = (value: unknown): string => told(NUMBERS.size, value);
/** Размер рядом с пределом, который он превышает. */
export const sizes = (value: unknown, limit: unknown): [string, string] =>
  typeof value === 'number' && typeof limit === 'number' ? NUMBERS.sizes(value, limit) : [size(value), size(limit)];
/** «x, y и z» из имён через запятую. */
export const list = (value: unknown): string => listOf('ru', namesOf(value)) || 'нет';
/** «x, y или z». */
export const choice = (value: unknown): string => choiceOf('ru', namesOf(value)) || 'нет';
export const or = (value: TraceInput | undefined, absent = 'нет'): string =>
  value === null || value === undefined || value === '' ? absent : String(value);
/** Where something stepped in, and what it was. */
export const at = (stage: TraceInput | undefined, by: TraceInput | undefined): string =>
  `${or(stage, '?')}${by === undefined ? '' : ` (${or(by)})`}`;
/** A field's value, which may be empty, or that there was none. */
export const valueOr = (value: TraceInput | undefined, absent: string): string =>
  value === '' ? '(пусто)' : or(value, absent);
/** The rate of a line. */
export const kbps = (value: unknown): string => (value === 0 ? 'без предела' : `${or(value as TraceInput)} кбит/с`);
export const yes = (value: unknown): boolean => value === true;
/** Сколько осталось до секунды, как в `ttl`. */
export const leftOf = (facts: Facts): unknown =>
  facts['left'] ?? Number(facts['lifetime'] ?? 0) - Number(facts['age'] ?? 0);
export const left = (facts: Facts): string => span(leftOf(facts));
/** «свеж 1 ч» или другие слова, когда от срока ничего не осталось. */
export const freshFor = (seconds: unknown, fresh: string, stale: string): string =>
  typeof seconds === 'number' && seconds <= 0 ? stale : `${fresh} ${stated(seconds)}`;

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
    ? `десятая часть времени с Last-Modified (${stated(since)})${since > 864_000 ? ', не больше 1 дня' : ''}`
    : (SOURCES[String(value)] ?? or(value));

/** `Возраст 2 ч, срок 1 ч (max-age)`. */
export function ageAndLifetime(i: Input): string {
  const [age, lifetime] = compared(i('age'), i('lifetime'));
  return Number(i('lifetime')) <= 0
    ? `Возраст ${age}, срока нет (${source(i('source'))})`
    : `Возраст ${age}, срок ${lifetime} (${source(i('source'), i('since'))})`;
}

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
  if (atStart !== undefined) {
    const [age, limit] = compared(atStart, lifetime);
    return `сохранённый ответ пришёл уже устаревшим: ему было ${age} по его Date или Age при сроке ${limit} (${source(f['source'], f['since'])})`;
  }
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
export function unusedWindow(unused: unknown, window: unknown, status: unknown, by: unknown): string {
  switch (unused) {
    case 'over':
      return `время stale-if-error=${String(window)}${by === 'request' ? ' из запроса' : ''} вышло`;
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

/** Почему запись ушла из кэша, в двух словах. */
export const REMOVED: Record<string, string> = {
  capacity: 'не хватило места',
  expired: 'срок истёк, и понадобилось место',
  invalidated: 'стал недействительным',
  replaced: 'заменён',
  user: 'удалён вручную',
};

const PARTS: Record<string, string> = {
  method: 'метод',
  url: 'URL',
  key: 'ключ кэша',
  host: 'Host',
  status: 'статус',
  fields: 'поля',
  content: 'содержимое',
};
/** Чем кончилась остановка. */
export const HELD: Record<string, string> = {
  resumed: ', стоял на точке останова и отпущен',
  edited: ', стоял на точке останова и исправлен',
  answered: ', стоял на точке останова, там и дан ответ',
  aborted: ', стоял на точке останова, там и оборван',
  limit: ', стоял на точке останова, пока не вышло время',
  full: '; точка останова его не держала: стояло уже 100',
  unattended: '; точка останова больше его не держала: не было окна, чтобы его отпустить',
  stopped: ', стоял на точке останова, пока прокси не остановили',
};
/** Что этап изменил в сообщении. */
export const changedParts = (value: unknown): string =>
  listOf(
    'ru',
    namesOf(value).map((name) => PARTS[name] ?? name),
  );

/** Поля из Vary те же, что были. */
export const fieldsMatch = (fields: unknown): string =>
  `${namesOf(fields).length === 1 ? 'Поле из Vary совпадает' : 'Поля из Vary совпадают'}: ${list(fields)}`;
/** В URL нет пробелов, поэтому в одном значении они стоят через пробел. */
export const urls = (value: TraceInput): string => listOf('ru', or(value).split(' '));
