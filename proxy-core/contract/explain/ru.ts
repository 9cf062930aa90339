/** Объяснения по-русски. */
import type { Neighbour, TraceInput } from '../reasons.ts';
import { pathDifferences, type PathDifference } from './paths.ts';
import {
  bytesOf,
  clockOf,
  countOf,
  isDate,
  NO_ADVICE,
  OF_THE_CLIENT,
  otherwiseOf,
  pluralOf,
  spanOf,
  type ExplainTexts,
  type Facts,
  type Input,
  type Unit,
} from './texts.ts';

const RU_UNITS: readonly Unit[] = [
  'с',
  'мин',
  'ч',
  pluralOf('ru', { one: 'день', few: 'дня', many: 'дней', other: 'дня' }),
  pluralOf('ru', { one: 'год', few: 'года', many: 'лет', other: 'года' }),
];
const variants = pluralOf('ru', { one: 'вариант', few: 'варианта', many: 'вариантов', other: 'варианта' });
const responses = pluralOf('ru', { one: 'ответ', few: 'ответа', many: 'ответов', other: 'ответа' });
const times = pluralOf('ru', { one: 'раз', few: 'раза', many: 'раз', other: 'раза' });
const span = (value: unknown): string =>
  typeof value !== 'number' ? '?' : value >= 0 && value < 1 ? 'меньше 1 с' : spanOf(value, RU_UNITS);
const size = (value: unknown): string =>
  typeof value === 'number' ? bytesOf(value, ['байт', 'КиБ', 'МиБ', 'ГиБ']) : '?';
const or = (value: TraceInput | undefined, absent = 'нет'): string =>
  value === null || value === undefined || value === '' ? absent : String(value);
/** Where something stepped in, and what it was. */
const at = (stage: TraceInput | undefined, by: TraceInput | undefined): string =>
  `${or(stage, '?')}${by === undefined ? '' : ` (${or(by)})`}`;
/** A field's value, which may be empty, or that there was none. */
const valueOr = (value: TraceInput | undefined, absent: string): string =>
  value === '' ? '(пусто)' : or(value, absent);
const yes = (value: unknown): boolean => value === true;
const left = (facts: Facts): string => span(Number(facts['lifetime'] ?? 0) - Number(facts['age'] ?? 0));
/** «свеж 1 ч» или другие слова, когда от срока ничего не осталось. */
const freshFor = (seconds: unknown, fresh: string, stale: string): string =>
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
const source = (value: TraceInput | undefined, since?: TraceInput): string =>
  value === 'heuristic' && typeof since === 'number'
    ? `десятая часть времени с Last-Modified (${span(since)})${since > 864_000 ? ', не больше 1 дня' : ''}`
    : (SOURCES[String(value)] ?? or(value));

/** `срок 1 ч (max-age)`. */
const lifetimeOf = (i: Input): string =>
  Number(i('lifetime')) <= 0
    ? `срока нет (${source(i('source'))})`
    : `срок ${span(i('lifetime'))} (${source(i('source'), i('since'))})`;

function stale(facts: Facts): string {
  return facts['secondsAgo'] === undefined ? 'устаревший' : `устаревший на ${span(facts['secondsAgo'])}`;
}

function failure(facts: Facts): string {
  return facts['status'] === undefined
    ? `сервер недоступен (${or(facts['error'])})`
    : `сервер ответил ${facts['status']}`;
}

/** Как сохранённый ответ устарел. */
function expiry(f: Facts): string {
  const [lifetime, atStart] = [f['lifetime'], f['ageAtStart']];
  if (f['source'] === 'none') return 'сохранённый ответ пришёл без срока свежести';
  if (typeof lifetime === 'number' && lifetime <= 0)
    return `сохранённый ответ пришёл уже устаревшим (${source(f['source'])})`;
  if (atStart !== undefined)
    return `сохранённый ответ пришёл уже устаревшим: ему было ${span(atStart)} по его Date или Age при сроке ${span(lifetime)} (${source(f['source'], f['since'])})`;
  return `срок сохранённого ответа истёк ${span(f['secondsAgo'])} назад`;
}

/** Почему сохранённый ответ не может заменить. */
function standsNot(f: Facts): string {
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
      return 'запрос хочет, чтобы спросили сервер';
  }
}

const NO_STANDING: Record<string, string> = {
  'must-revalidate': 'Ответ без must-revalidate: тогда сохранённый может заменить.',
  'proxy-revalidate': 'Ответ без proxy-revalidate: тогда сохранённый может заменить.',
  's-maxage': 'Ответ с max-age вместо s-maxage: тогда сохранённый может заменить.',
  'no-cache': 'Ответ без no-cache: тогда сохранённый может заменить.',
  'stale-if-error': 'Больший stale-if-error.',
};

const NOT_TLS: Record<string, string> = {
  'not-tls': 'туннель: это не TLS, прочитать можно, но он не вскрыт',
  malformed: 'туннель: первые байты — не настоящий TLS, он не вскрыт',
  'too-long': 'туннель: первое сообщение слишком длинное, он не вскрыт',
  silent: 'туннель: клиент ждёт, что первым заговорит сервер; он не вскрыт',
  'other-protocol': 'туннель: он зашифрован, и внутри не HTTP; он не вскрыт',
};

const REFUSED: Record<string, string> = {
  'unknown-ca': 'он не доверяет CA этого прокси',
  certificate: 'он отверг сертификат: не доверяет CA или признаёт только известный ему (pinning)',
  parameters: 'у него нет общей с прокси версии или шифра',
  closed: 'он молча закрыл соединение, как делают признающие только свой сертификат',
  other: 'по своей причине',
};
const LEFT_ALONE: Record<string, string> = {
  except: 'узел из тех, что не трогать',
  'not-listed': 'узла нет в списке',
  silent: 'клиент ждёт, что первым заговорит сервер',
  'not-tls': 'это ни TLS, ни HTTP',
  malformed: 'первые байты — не настоящий TLS',
  'too-long': 'первое сообщение слишком длинное',
  'other-protocol': 'внутри TLS другой протокол, не HTTP',
};

const WHY = {
  capacity: 'не хватило места',
  expired: 'срок истёк, и понадобилось место',
  invalidated: 'стал недействительным',
  replaced: 'его место занял более новый ответ',
  user: 'удалён вручную',
} as const;

const PATHS: Record<PathDifference, string> = {
  slash: 'косой чертой в конце',
  case: 'регистром букв',
  encoding: 'процентным кодированием',
  dots: 'сегментами с точками',
  index: 'index.html',
};

const differences = (stored: string, sent: string): string =>
  pathDifferences(stored, sent)
    .map((name) => PATHS[name])
    .join(' и ');

function neighbour({ difference: d, url }: Neighbour): string {
  switch (d.kind) {
    case 'vary':
      return `сохранённый ответ — для ${d.field}: ${valueOr(d.stored, '(поля не было)')}; в запросе ${valueOr(d.sent, 'такого поля нет')}${d.also === undefined ? '' : `; различаются и ${d.also}`}`;
    case 'query':
      if (d.stored === null && countOf(url, d.parameter) > 0)
        return `сохранён тот же URL, где параметр ${d.parameter} повторён меньше раз; в запросе ${d.parameter}=${d.sent} ещё раз`;
      if (d.sent === null && countOf(url, d.parameter) > 1)
        return `сохранён тот же URL, где параметр ${d.parameter} повторён больше раз (${d.parameter}=${d.stored})`;
      if (d.stored === null)
        return `сохранён тот же URL без параметра ${d.parameter}; в запросе ${d.parameter}=${d.sent}`;
      if (d.sent === null) return `сохранён тот же URL с ${d.parameter}=${d.stored}; в запросе этого параметра нет`;
      return `сохранён тот же URL с ${d.parameter}=${d.stored}; в запросе ${d.parameter}=${d.sent}`;
    case 'method':
      return `сохранён только ответ на ${d.stored}, в нём нет содержимого; запрос — ${d.sent}`;
    case 'path':
      if (d.stored.startsWith('?'))
        return d.stored === d.sent || d.stored === '?' || d.sent === '?'
          ? 'сохранён тот же URL; отличается только пустая строка параметров (?)'
          : `сохранён тот же URL с теми же параметрами в другом порядке (${d.stored}); в запросе ${d.sent}`;
      return differences(d.stored, d.sent) === ''
        ? `сохранён путь ${d.stored}; в запросе ${d.sent}`
        : `сохранён путь ${d.stored}, отличается ${differences(d.stored, d.sent)}; в запросе ${d.sent}`;
    case 'scheme':
      return `сохранён URL со схемой ${d.stored}; запрошен по ${d.sent}`;
    case 'port':
      return `сохранён тот же URL на порту ${d.stored}; запрошен на порту ${d.sent}`;
    case 'expired':
      return `срок сохранённого ответа истёк ${span(d.secondsAgo)} назад`;
    case 'removed':
      return `ответ был здесь до ${clockOf(d.atMs)}: ${WHY[d.why]}${d.by === undefined ? '' : ` (${d.by})`}`;
  }
}

export const RU: ExplainTexts = {
  notStored: 'не сохранён, потому что ',
  reasons: {
    fresh: (f) =>
      `использован сохранённый ответ: возраст ${span(f['age'])}, свеж ещё ${left(f)} (срок: ${source(f['source'], f['since'])})`,
    'stale-allowed': (f) =>
      `сохранённый ответ — ${stale(f)}, и запрос это допускает (max-stale${f['maxStale'] === 'any' ? '' : `=${or(f['maxStale'])}`})`,
    revalidated: (f) =>
      `${f['background'] === 1 ? 'на вопрос в фоне ' : ''}сервер подтвердил, что сохранённый ответ ещё годен (${or(f['status'], '304')}); ${freshFor(f['left'] ?? f['lifetime'], 'он снова свеж', 'в следующий раз спросить придётся снова')}`,
    'stale-while-revalidate': (f) =>
      `сохранённый ответ — ${stale(f)}; в пределах stale-while-revalidate=${or(f['window'])} он отдаётся, пока сервер опрашивается в фоне`,
    'background-validation': (f) =>
      f['status'] === undefined
        ? `кэш спрашивает сервер сам: пока отдан сохранённый ответ, ${stale(f)}`
        : f['ignored'] === undefined
          ? `кэш спросил сам, и сервер прислал новый ответ (${f['status']})`
          : `кэш спросил сам, а сервер не смотрит на ${f['ignored']}: прислал целый ответ (${f['status']})`,
    'stale-if-error': (f) =>
      `${failure(f)}; в пределах stale-if-error=${or(f['window'])} вместо этого отдан сохранённый ответ, ${stale(f)}`,
    'stale-on-error': (f) =>
      f['background'] === 1
        ? `на вопрос в фоне ${failure(f)}; сохранённый ответ, ${stale(f)}, остаётся прежним`
        : `${failure(f)}; сохранённый ответ, ${stale(f)}, этого не запрещает и отдан вместо него`,
    'only-if-cached': (f) =>
      f['otherwise'] === undefined
        ? 'запрос хочет только сохранённый ответ (only-if-cached), а пригодного нет'
        : `запрос хочет только сохранённый ответ (only-if-cached), а ${otherwiseOf(RU.reasons, f)}`,
    'uri-miss': () => 'под этим URL ничего не сохранено',
    'method-mismatch': (f) => `сохранён только ответ на ${or(f['stored'], 'HEAD')}; запрос — ${or(f['sent'], 'GET')}`,
    'vary-mismatch': (f) =>
      `сохранённый ответ — для ${or(f['field'])}: ${or(f['stored'], '(поля не было)')}; в запросе ${or(f['sent'], 'такого поля нет')}`,
    expired: (f) => {
      const told = expiry(f);
      return told.endsWith(' назад')
        ? `${told} (возраст ${span(f['age'])}, срок ${span(f['lifetime'])}, источник: ${source(f['source'], f['since'])})`
        : told;
    },
    'validation-required': () => 'в сохранённом ответе no-cache: сервер опрашивается перед каждым использованием',
    'validation-changed': (f) => {
      const before = f['secondsAgo'] === undefined ? '' : `${expiry(f)}, и `;
      const by = f['ignored'] === 'If-Modified-Since' ? 'Last-Modified' : 'ETag';
      if (f['status'] === undefined) return `${before}на вопрос сервер ответил о другом`;
      if (f['ignored'] === undefined)
        return `${before}на вопрос сервер прислал другой (${f['status']})${f['content'] === 'same' ? ', но содержимое то же' : ''}`;
      if (f['content'] === 'other')
        return `${before}сервер прислал другое содержимое (${f['status']}) под тем же ${by}`;
      return `${before}сервер не смотрит на ${f['ignored']}: снова прислал ${f['content'] === 'same' ? 'то же содержимое' : 'целый ответ'} (${f['status']}) под тем же ${by}`;
    },
    'user-validation': () => 'человек попросил проверить сохранённый ответ у сервера',
    'request-no-cache': (f) =>
      `в запросе ${f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache'}: он хочет, чтобы спросили сервер`,
    'request-max-age': (f) =>
      f['maxAge'] === 0
        ? 'в запросе max-age=0: он хочет, чтобы спросили сервер'
        : `сохранённому ответу ${span(f['age'])}; запрос допускает не больше ${span(f['maxAge'])}`,
    'request-condition': () =>
      'в запросе условие (If-Match или If-Unmodified-Since), судить о котором может только сервер',
    'request-min-fresh': (f) => `сохранённый ответ свеж ещё ${left(f)}; запрос хочет не меньше ${span(f['minFresh'])}`,
    'partial-miss': (f) => `сохранены только байты ${or(f['stored'])}; запрошено ${or(f['sent'], 'целое')}`,
    'evicted-capacity': () => 'ответ был сохранён, но вытеснен: не хватило места',
    'evicted-by-user': () => 'ответ был сохранён, но удалён вручную',
    invalidated: () => 'ответ был сохранён, но запрос, который мог его изменить, сделал его недействительным',
    'expired-removed': () => 'ответ был сохранён, устарел и удалён, когда понадобилось место',
    'request-no-store': () => 'в запросе no-store',
    'request-content': (f) =>
      `в запросе ${or(f['method'], 'GET')} есть содержимое, и одного URL мало, чтобы знать, какой нужен ответ`,
    'control-token': () => 'в запросе токен сервера управления, а он нигде не сохраняется',
    'method-not-cacheable': (f) =>
      f['stored'] === 1
        ? `${or(f['method'])} идёт к серверу; его ответ сохранён для следующих GET, как говорят его Content-Location и срок`
        : `ответы на ${or(f['method'], 'этот метод')} не сохраняются`,
    'status-not-cacheable': (f) =>
      f['never'] === 1
        ? `${or(f['status'])} отвечает на один этот запрос и никогда не сохраняется`
        : `ответ ${or(f['status'])} сохраняется, только если сервер указал срок`,
    'response-no-store': (f) => `в ответе no-store (Cache-Control: ${or(f['cacheControl'])})`,
    'response-private': (f) => `ответ предназначен одному пользователю (Cache-Control: ${or(f['cacheControl'])})`,
    authorization: () =>
      'в запросе было Authorization, а ответ не разрешает отдавать его другим (public, s-maxage или must-revalidate)',
    'set-cookie': () =>
      'ответ ставит cookie и не говорит, что его можно отдавать другим (правило этого кэша, в RFC 9111 его нет)',
    'event-stream': () => 'ответ — поток событий (server-sent events): он передаётся, но не сохраняется',
    'vary-any': () => 'в ответе Vary: *, он не подходит ни к какому другому запросу',
    'no-freshness-information': (f) =>
      f['source'] === 'none' || f['source'] === undefined
        ? 'в ответе нет ни срока свежести, ни признака, по которому можно спросить, годен ли он'
        : `ответ устарел с самого начала (${
            f['malformed'] === undefined
              ? or(f['cacheControl'], source(f['source']))
              : `${f['malformed']} — не число секунд`
          }), и спросить о нём не по чему`,
    'not-understood': (f) => `в ответе must-understand, а статус ${or(f['status'])} этому кэшу неизвестен`,
    'body-over-limit': (f) =>
      `содержимое${f['size'] === undefined ? '' : ` (${size(f['size'])})`} больше, чем сохраняется (${size(f['limit'])})`,
    'storing-off': () => 'сохранение выключено (наибольшее содержимое — 0)',
    incomplete: () => 'ответ оборвался до конца',
    partial: (f) => `присланную часть сохранить нельзя (Content-Range: ${or(f['contentRange'])})`,
    'invalidated-meanwhile': () => 'пока ответ был в пути, URL стал недействительным или был вытеснен вручную',
    'cache-off': () => 'кэш выключен',
    tunnel: (f) => NOT_TLS[String(f['why'])] ?? 'туннель: что внутри говорят клиент и сервер, здесь не вскрывается',
    intercept: () => 'соединение читает сам прокси: запросы внутри него записаны отдельными строками',
    'client-refused': (f) =>
      `клиент прервал рукопожатие TLS для ${or(f['host'])}: ${REFUSED[String(f['cause'])] ?? or(f['cause'])}`,
    'no-certificate': (f) => `сертификат для ${or(f['host'])} выпустить не удалось`,
    upgrade: () => 'соединение переходит на другой протокол (WebSocket и подобные)',
    'upstream-failed': (f) => {
      if (f['error'] === 'client_stalled') return 'клиент перестал слать содержимое и был отпущен';
      if (f['error'] === 'client_aborted') return 'клиент ушёл, не дослав запрос';
      const failed = `сервер недоступен или оборвал ответ (${or(f['error'])})`;
      if (f['forbids'] === undefined) return failed;
      return `${failed}; сохранённый ответ${f['secondsAgo'] === undefined ? '' : `, ${stale(f)},`} заменить не может: ${standsNot(f)}`;
    },
    'client-left': (f) =>
      f['began'] === 'stream'
        ? 'клиент ушёл от потока событий'
        : f['began'] === 'reply'
          ? 'клиент ушёл до конца ответа'
          : 'клиент ушёл до начала ответа',
    'connection-failed': (f) => `соединение с сервером не удалось открыть, или оно оборвалось (${or(f['error'])})`,
    'internal-error': (f) => `сбой самого прокси: ответа он дать не успел (${or(f['error'])})`,
    'stage-reply': (f) => `ответ дан на этапе ${at(f['stage'], f['by'])}; ни кэш, ни сервер не спрашивали`,
    'stage-drop': (f) => `соединение закрыто на этапе ${at(f['stage'], f['by'])}`,
    'own-page': () => 'прокси ответил собственной страницей для настройки клиентов',
    'request-refused': () => 'прокси не может переслать этот запрос',
  },
  variants: (count) => ` (сохранено: ${count} ${variants(count)}, это ближайший)`,
  reply: (f) => {
    const [sent, held] = [or(f['replySent']), or(f['replyHeld'])];
    const validator = f['replyBy'] === 'If-Modified-Since' || isDate(held) ? 'Last-Modified' : 'ETag';
    if (f['reply'] === 304)
      return f['replyBy'] === 'If-Modified-Since'
        ? `клиент получает 304: с его If-Modified-Since (${sent}) ничего не изменилось`
        : `клиент получает 304: его ${validator} совпадает (${sent})`;
    if (f['reply'] === 206) return `клиент получает 206, вырезанный из целого (байты ${held})`;
    if (f['reply'] === 416) return `клиент получает 416: есть только ${size(Number(held))} (запрошено ${sent})`;
    if (f['replyBy'] === 'If-Range')
      return `клиент получает целое, хотя просил часть: его If-Range (${sent}) — не сохранённый ${validator} (${held})`;
    if (f['replyBy'] === 'Range') return `клиент получает целое: его Range (${sent}) здесь непонятен`;
    return `клиент получает целое: его ${or(f['replyBy'])} (${sent}) не совпадает с сохранённым ${validator} (${held})`;
  },
  neighbour,
  steps: {
    'cache-mode': (i) => `Режим кэша: ${or(i('mode'))}`,
    'request-method': (i) => `Метод ${or(i('method'))}: из кэша не отвечают`,
    'request-content': (i) => `${or(i('method'))} с содержимым: из кэша не отвечают и не сохраняют`,
    'control-token': () => 'В запросе токен сервера управления',
    'request-no-store': () => 'В запросе no-store',
    'origin-condition': () => 'В запросе условие, судить о котором может только сервер',
    lookup: (i) =>
      i('found') === 0
        ? 'Под этим URL ничего не сохранено'
        : `Под этим URL сохранено: ${or(i('found'))} ${responses(Number(i('found')))}`,
    vary: (i, result) =>
      result === 'stop'
        ? `Различается ${or(i('field'))}: сохранено для ${valueOr(i('stored'), '(поля не было)')}, прислано ${valueOr(i('sent'), '(поля нет)')}${i('also') === null ? '' : `; ещё ${or(i('also'))}`}${Number(i('variants') ?? 1) > 1 ? ` (ближайший из ${or(i('variants'))})` : ''}`
        : `Поля из Vary совпадают: ${or(i('fields'))}`,
    'stored-method': (i) => `Сохранён только ответ на ${or(i('stored'))}`,
    'stored-part': (i) => `Сохранены только байты ${or(i('stored'))}; запрошено ${or(i('sent'), 'целое')}`,
    freshness: (i, result) =>
      i('stale') !== null
        ? `Устарел на ${span(i('stale'))}: нужно спросить сервер`
        : `Возраст ${span(i('age'))}, ${lifetimeOf(i)}: ${result === 'stop' ? 'свежий' : 'устарел'}`,
    'user-validation': () => 'Человек спросил, годится ли ещё сохранённый ответ',
    'request-no-cache': (i) => `Запрос хочет, чтобы спросили сервер (${or(i('cacheControl'))})`,
    'request-max-age': (i) =>
      i('maxAge') === 0
        ? 'В запросе max-age=0'
        : `Возраст ${span(i('age'))}; запрос допускает не больше ${span(i('maxAge'))}`,
    'request-min-fresh': (i) => `Свеж ещё ${span(i('left'))}; запрос хочет ${span(i('minFresh'))}`,
    'request-max-stale': (i, result) =>
      `Устарел на ${span(i('stale'))}; запрос допускает ${i('maxStale') === 'any' ? 'любой' : span(i('maxStale'))}: ${result === 'stop' ? 'годится' : 'слишком стар'}`,
    'stored-no-cache': (i) =>
      `Сохранённый ответ нужно проверять перед каждым использованием (${or(i('cacheControl'))})`,
    'must-revalidate': (i) =>
      `Устаревшим его использовать нельзя: ${or(i('directive'), 'must-revalidate')} (${or(i('cacheControl'))})`,
    'max-stale-overruled': (i) =>
      `max-stale${i('maxStale') === 'any' ? '' : `=${or(i('maxStale'))}`} запроса не действует: ${or(i('directive'), 'must-revalidate')}`,
    'stale-while-revalidate': (i, result) =>
      `Устарел на ${span(i('stale'))}, stale-while-revalidate ${span(i('window'))}: ${result === 'stop' ? 'отдаётся, пока опрашивается сервер' : 'время вышло'}`,
    'stale-if-error': (i, result) =>
      `${i('status') === null ? or(i('error')) : `Статус ${or(i('status'))}`}, устарел на ${span(i('stale'))}, stale-if-error ${span(i('window'))}: ${result === 'stop' ? 'отдан сохранённый ответ' : 'время вышло'}`,
    'stale-on-error': (i) =>
      yes(i('mustRevalidate')) || yes(i('noCache')) || i('asked') !== null
        ? `${or(i('error'))}: сохранённый ответ не может заменить`
        : `${or(i('error'))}: сохранённый ответ отдан вместо`,
    'only-if-cached': () => 'Запрос хочет только сохранённый ответ',
    validation: (i) =>
      i('etag') === null && i('lastModified') === null
        ? 'У него нет ни ETag, ни Last-Modified, спросить не по чему'
        : `Сервер опрашивается по ${[i('etag') === null ? '' : `ETag ${or(i('etag'))}`, i('lastModified') === null ? '' : `Last-Modified ${or(i('lastModified'))}`].filter((part) => part !== '').join(' и ')}`,
    reply: (i) => {
      const told = RU.reply({
        reply: Number(i('reply')),
        replyBy: String(i('by') ?? ''),
        replySent: String(i('sent') ?? ''),
        replyHeld: String(i('held') ?? ''),
      });
      return told.charAt(0).toUpperCase() + told.slice(1);
    },
    'not-modified': (i) =>
      i('lifetime') === null
        ? 'Ответ говорит не о том, что сохранено'
        : `Сохранённый ответ годен (${or(i('status'))}), ${freshFor(i('lifetime'), 'свеж', 'но сразу устаревает')} (${source(i('source'))})`,
    'validation-ignored': (i) =>
      `Сервер не смотрит на ${or(i('field'))}: прислал то, что там названо (${or(i('field') === 'If-Modified-Since' ? i('lastModified') : i('etag'))})`,
    'other-representation': (i) =>
      `Ответ говорит о другом представлении (${or(i('etag') ?? i('lastModified'))}), не о сохранённом (${or(i('storedEtag') ?? i('storedLastModified'))}): запрос повторён без условий`,
    'weakly-same': (i) =>
      `ETag ответа ${or(i('etag'))} лишь слабо совпадает с сохранённым (${or(i('storedEtag'))}): сохранённый отдан, но не обновлён`,
    'update-refused': (i) =>
      `Поля ответа — только для этого клиента (${or(i('because'))}): сохранённый ответ ${yes(i('removed')) ? 'удалён' : 'остаётся прежним'}`,
    'head-update': (i) =>
      yes(i('agrees'))
        ? 'Ответ на HEAD согласуется с сохранённым и обновляет его'
        : 'Ответ на HEAD расходится с сохранённым',
    invalidate: (i) =>
      i('removed') === 0
        ? `${or(i('method'))} удался: удалять было нечего (${or(i('urls'))})`
        : `${or(i('method'))} удался: удалено ${or(i('urls'))}`,
    'response-method': (i) =>
      `Ответ на ${or(i('method'))} сохраняется только со сроком и Content-Location этого же URL`,
    'response-status': (i, result) =>
      `Статус ${or(i('status'))}: ${result === 'pass' ? 'можно сохранять' : 'не сохраняется'}`,
    'must-understand': (i) => `must-understand, а статус ${or(i('status'))} здесь неизвестен`,
    'no-store-set-aside': (i) =>
      `must-understand, и статус ${or(i('status'))} этому кэшу известен: no-store не действует (${or(i('cacheControl'))})`,
    'fields-left-out': (i) => `Не сохраняется: ${or(i('fields'))} (${or(i('directive'))}="…")`,
    'repeated-directive': (i) =>
      `${or(i('directive'))} повторяется: действует ${or(i('first'))}, а не ${or(i('others'))}`,
    'malformed-directive': (i) => `${or(i('directive'))} — не число секунд, ответ считается устаревшим`,
    'response-pragma': (i) => `Pragma: ${or(i('pragma'))} в ответе читается как no-cache: срок не угадывается`,
    'response-no-store': (i) => `Ответ запрещает сохранение (${or(i('cacheControl'))})`,
    'response-private': (i) => `Ответ для одного пользователя (${or(i('cacheControl'))})`,
    authorization: (i, result) =>
      result === 'pass'
        ? `В запросе было Authorization; ответ разрешает отдавать его другим (${or(i('cacheControl'))})`
        : 'В запросе было Authorization; ответ не разрешает отдавать его другим',
    'set-cookie': (_, result) =>
      result === 'pass'
        ? 'Ответ ставит cookie и говорит, сколько его можно отдавать другим'
        : 'Ответ ставит cookie и не говорит, что его можно отдавать другим (правило этого кэша)',
    'event-stream': () => 'Содержимое — text/event-stream: события для тех, кто слушает сейчас',
    'response-vary': (i, result) =>
      result === 'pass'
        ? `Зависит от ${or(i('vary'))}`
        : `Vary: ${or(i('vary'))} не подходит ни к какому другому запросу`,
    'response-part': (i, result) =>
      result === 'pass'
        ? `Правильная часть (${or(i('contentRange'))})`
        : `Часть, которую сохранить нельзя (Content-Range: ${or(i('contentRange'))})`,
    'body-limit': (i) =>
      i('limit') === 0
        ? 'Сохранение выключено'
        : `Содержимое ${i('size') === null ? '' : `(${size(i('size'))}) `}больше предела ${size(i('limit'))}`,
    lifetime: (i, result) =>
      result === 'pass'
        ? Number(i('lifetime')) <= 0
          ? `Срока нет (${source(i('source'))})`
          : `Срок ${span(i('lifetime'))}, источник: ${source(i('source'), i('since'))}`
        : 'Нет ни срока, ни признака для проверки',
    store: (i) => {
      const left = i('left') ?? i('lifetime');
      const cause =
        i('by') === 'date'
          ? `: Date сервера отстаёт на ${span(i('age'))}`
          : i('by') === 'age'
            ? `: в его Age было ${span(i('age'))}`
            : i('by') === 'delay'
              ? `: он шёл ${span(i('age'))}`
              : '';
      if (typeof left === 'number' && left <= 0) return `Можно сохранить, с самого начала устаревший${cause}`;
      return `Можно сохранить, ${i('left') === null ? `свеж ${span(left)}` : `осталось ${span(left)}${cause}`}`;
    },
    combine: () => 'Соединён с сохранённой частью',
    neighbour: (i) => `Рядом сохранён ${or(i('url'))}`,
    removed: (i) =>
      `Был здесь до ${typeof i('atMs') === 'number' ? clockOf(Number(i('atMs'))) : '?'} (${or(i('why'))}${i('by') === null ? '' : `, ${or(i('by'))}`})`,
    'request-target': (i) => `Переслать нельзя: ${or(i('target'))}`,
    'own-page': (i) => `${or(i('path'))} — страница самого прокси`,
    misdirected: (i) => `В Host стоит ${or(i('host'))}, а соединение с ${or(i('authority'))}`,
    proxy_loop_detected: (i) => `${or(i('target'))} ведёт обратно к этому прокси`,
    tunnel: (i) => `Туннель к ${or(i('authority'))}`,
    intercept: (i) => `Соединение с ${or(i('authority'))} читает сам прокси`,
    'first-bytes': (i) => `Остался туннелем: ${LEFT_ALONE[String(i('why'))] ?? or(i('why'))}`,
    'client-refused': (i) =>
      `Рукопожатие прервано, для этого узла уже ${or(i('count'))} ${times(Number(i('count')))}: ${REFUSED[String(i('cause'))] ?? or(i('cause'))}`,
    'other-name': (i) =>
      `У прокси клиент просил ${or(i('connect'))}, а в TLS назвал ${or(i('serverName'))}: считается названное`,
    'no-certificate': (i) => `Нет сертификата для ${or(i('serverName') ?? i('authority'))}`,
    upgrade: (i) => `Смена протокола: ${or(i('upgrade'))}`,
    'collapse-apart': (i) =>
      i('why') === 'credentials'
        ? 'Такой же запрос уже в пути; с Cookie или Authorization чужого ответа не ждут'
        : i('why') === 'not-shareable'
          ? 'Такой же запрос уже в пути; прошлый ответ нельзя было разделить, поэтому этого не ждут'
          : 'Такой же запрос уже в пути, но он начат до того, как URL стал недействительным или был вытеснен',
    stage: (i) =>
      `Этап ${or(i('stage'))}${i('by') === null ? '' : ` (${or(i('by'))})`} ${
        i('did') === 'changed'
          ? `изменил ${or(i('what'))}`
          : i('did') === 'answered'
            ? `сам ответил ${or(i('status'))}`
            : i('did') === 'dropped'
              ? 'закрыл соединение'
              : 'пропустил без изменений'
      }${i('waitedMs') === null ? '' : ` через ${or(i('waitedMs'))} мс`}`,
    tier: (i) =>
      Number(i('found')) === 0
        ? 'Во втором кэше не было ничего нового'
        : `Найдено во втором кэше: ${or(i('found'))}; теперь в памяти`,
    'collapse-released': (i) =>
      yes(i('reusable'))
        ? 'Ждал ответа на другой такой же запрос; теперь он сохранён'
        : 'Ждал ответа на другой такой же запрос, но его нельзя разделить',
    'body-complete': () => 'Содержимое оборвалось до конца',
    'invalidated-meanwhile': () => 'Пока ответ был в пути, URL стал недействительным или был вытеснен: не сохранён',
  },
  advice: {
    fresh: NO_ADVICE,
    'stale-allowed': NO_ADVICE,
    revalidated: () => ['Больший срок (Cache-Control: max-age или s-maxage) избавил бы от вопроса к серверу.'],
    'stale-while-revalidate': NO_ADVICE,
    'background-validation': NO_ADVICE,
    'stale-if-error': NO_ADVICE,
    'stale-on-error': NO_ADVICE,
    'only-if-cached': () => ['Один раз запросить без only-if-cached, чтобы ответ сохранился.'],
    'uri-miss': () => ['Следующий запрос того же URL, если ответ можно сохранить.'],
    'method-mismatch': () => ['GET до этого: его ответ годится и для HEAD.'],
    'vary-mismatch': (f) => [
      `То же значение ${or(f['field'])}, что и раньше.`,
      `Ответ, не зависящий от ${or(f['field'])}.`,
    ],
    expired: (f) => [
      'Больший срок (Cache-Control: max-age или s-maxage).',
      ...(f['forbids'] === undefined && f['secondsAgo'] !== undefined
        ? [`stale-while-revalidate не меньше ${span(Math.max(1, Number(f['secondsAgo'])))}.`]
        : []),
    ],
    'validation-required': () => ['Ответ без no-cache.'],
    'validation-changed': (f) => [
      ...(f['ignored'] === undefined || f['content'] === 'other' ? [] : ['Сервер, который отвечает на условие 304.']),
      ...(f['ignored'] === undefined && f['content'] === 'same'
        ? ['ETag, который не меняется, пока не меняется содержимое.']
        : []),
      f['content'] === 'other'
        ? 'Больший срок; впрочем, содержимое изменилось.'
        : 'Больший срок (Cache-Control: max-age или s-maxage).',
    ],
    'user-validation': NO_ADVICE,
    'request-no-cache': (f) => [
      `Запрос без ${f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache'} (браузер шлёт его при перезагрузке).`,
    ],
    'request-max-age': () => ['Запрос без max-age или с большим (браузер при перезагрузке шлёт max-age=0).'],
    'request-condition': () => ['Запрос без If-Match и If-Unmodified-Since.'],
    'request-min-fresh': () => ['Меньший min-fresh или больший срок ответа.'],
    'partial-miss': () => ['Запрос байтов, которые сохранены, или ответ с целым.'],
    'evicted-capacity': () => ['Больше места (записи или байты в настройках) или закрепление записи.'],
    'evicted-by-user': NO_ADVICE,
    invalidated: NO_ADVICE,
    'expired-removed': () => ['Больший срок или больше места.'],
    'request-no-store': () => ['Запрос без no-store.'],
    'request-content': () => ['Запрос без содержимого: то, что в нём сказано, должно стоять в URL.'],
    'control-token': () => ['Запрос без этого токена: он только для сервера управления и не для прокси.'],
    'method-not-cacheable': (f) =>
      f['stored'] === 1 ? [] : ['GET или HEAD; для POST — ответ со сроком и Content-Location того же URL.'],
    'status-not-cacheable': (f) =>
      f['never'] === 1 ? [] : ['Срок в ответе (Cache-Control: max-age) или Cache-Control: public.'],
    'response-no-store': () => ['Ответ без no-store.'],
    'response-private': () => ['Ответ без private, вместо него s-maxage или max-age.'],
    authorization: () => ['public, s-maxage или must-revalidate в ответе, если он одинаков для всех.'],
    'set-cookie': () => ['Ответ без Set-Cookie, либо с явным сроком (max-age, s-maxage) или public.'],
    'event-stream': () => ['Ничего: события потока предназначены тем, кто подключён сейчас.'],
    'vary-any': () => ['Vary с именами полей вместо *.'],
    'no-freshness-information': (f) => [
      'Cache-Control: max-age или s-maxage в ответе.',
      'ETag или Last-Modified, чтобы можно было спросить сервер.',
      ...(f['source'] === 'none' || f['source'] === undefined ? ['Срок по умолчанию в настройках.'] : []),
    ],
    'not-understood': () => ['Ответ без must-understand.'],
    'body-over-limit': () => ['Больший предел сохраняемого содержимого в настройках.'],
    'storing-off': () => ['Предел сохраняемого содержимого больше 0 в настройках.'],
    incomplete: () => ['Ответ, дошедший до конца.'],
    partial: () => ['Ответ с целым или с одной правильной частью.'],
    'invalidated-meanwhile': () => ['Следующий запрос того же URL: его ответ будет уже после изменения.'],
    'cache-off': () => ['Режим кэша standard в настройках.'],
    tunnel: (f) => (f['why'] === undefined ? ['Обычный http или перехват этого узла.'] : []),
    intercept: NO_ADVICE,
    'client-refused': () => [
      'Сделайте CA этого прокси доверенным у клиента.',
      'Если клиент признаёт только свой сертификат, не трогайте этот узел: его туннели пойдут непрочитанными.',
    ],
    'no-certificate': () => ['Посмотрите CA в настройках: его файлы использовать нельзя.'],
    upgrade: NO_ADVICE,
    'upstream-failed': (f) => {
      if (f['unasked'] === 1 || OF_THE_CLIENT.has(f['error'])) return [];
      if (f['forbids'] === undefined) return ['Ответ, сохранённый раньше: он мог бы заменить.'];
      const advice = NO_STANDING[String(f['forbids'])];
      return advice === undefined ? [] : [advice];
    },
    'client-left': NO_ADVICE,
    'connection-failed': NO_ADVICE,
    'internal-error': NO_ADVICE,
    'stage-reply': NO_ADVICE,
    'stage-drop': NO_ADVICE,
    'own-page': NO_ADVICE,
    'request-refused': NO_ADVICE,
  },
};
