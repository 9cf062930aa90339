/** Почему обмен кончился так, по-русски. */
import { isReasonCode, type ReasonCode } from '../../reasons.ts';
import { fieldOf, isSameContent, namesOf, otherwiseOf, saidOf, type ExplainTexts, type Facts } from '../texts.ts';
import { LEFT, notOpened, REFUSED } from './connections.ts';
import { failed } from './failures.ts';
import {
  at,
  below,
  bytesOfWhole,
  compared,
  expiry,
  failure,
  freshFor,
  isStale,
  left,
  leftOf,
  or,
  past,
  sizes,
  source,
  span,
  stale,
  standsNot,
  statedOf,
} from './words.ts';

/** Чего ещё не нашлось, когда условие только для сервера. */
const NOTHING_FIT: Record<string, string> = {
  'uri-miss': '; к тому же под этим URL ничего не сохранено',
  'vary-miss': '; к тому же сохранённое — для других значений полей из Vary',
  partial: '; к тому же сохранена только часть',
  miss: '; к тому же сохранён только ответ на HEAD',
};

/** Кто подтвердил, и почему его спросили, когда свежести хватило бы. */
function asked(f: Facts): string {
  if (f['background'] === 1) return 'в ответ на фоновый запрос сервер';
  if (f['asked'] === 'validation-required') return 'в сохранённом ответе no-cache, поэтому спросили сервер; он';
  const said = saidOf(f['asked'], f);
  return said === undefined ? 'сервер' : `в запросе ${said}, поэтому спросили сервер; он`;
}

/** Почему на запрос ответил сам прокси. */
const REFUSALS: Record<string, string> = {
  loop: 'прокси не может переслать этот запрос: он ведёт обратно к прокси',
  target: 'прокси не может переслать этот запрос: его цель записана неверно, или её схема не http и не https',
  authority: 'прокси не может переслать этот запрос: его цель — не узел с портом',
  misdirected: 'прокси не переслал этот запрос: в Host не тот сервер, с которым соединение',
  'max-forwards': 'запрос не должен был идти дальше (Max-Forwards: 0), и на него ответил прокси',
  content: 'прокси не может переслать этот запрос: его содержимое записано неверно',
};

/** Что стало с сохранённым ответом, который сервер подтвердил. */
function confirmed(f: Facts): string {
  const { removed } = f;
  if (removed !== undefined && isReasonCode(String(removed)))
    return `он всё же удалён, потому что ${RU_REASONS[removed as ReasonCode](f)}`;
  if (f['kept'] === 'weakly')
    return 'его возраст остаётся прежним, потому что ETag в подтверждении лишь слабо совпадает с сохранённым';
  return freshFor(f['left'] ?? f['lifetime'], 'он снова свеж', 'в следующий раз спросить придётся снова');
}

function tooOld(f: Facts): string {
  const [age, most] = past(f['age'], f['maxAge']);
  return `сохранённому ответу ${age}; запрос допускает не больше ${most}`;
}

export const RU_REASONS: ExplainTexts['reasons'] = {
  fresh: (f) =>
    `использован сохранённый ответ: возраст ${span(f['age'])}, свеж ещё ${left(f)} (срок: ${source(f['source'], f['since'])})`,
  'stale-allowed': (f) =>
    `сохранённый ответ ${isStale(f)}, и запрос это допускает (max-stale${f['maxStale'] === 'any' ? '' : `=${or(f['maxStale'])}`})`,
  revalidated: (f) =>
    `${asked(f)} подтвердил, что сохранённый ответ ещё годен (${or(f['status'], '304')}); ${confirmed(f)}`,
  'stale-while-revalidate': (f) =>
    `сохранённый ответ ${isStale(f)}; в пределах stale-while-revalidate=${or(f['window'])} он отдаётся, пока сервер опрашивается в фоне`,
  'background-validation': (f) =>
    f['status'] === undefined
      ? `кэш спрашивает сервер сам: пока отдан сохранённый ответ, ${stale(f)}`
      : f['ignored'] === undefined
        ? `кэш спросил сам, и сервер прислал новый ответ (${f['status']})`
        : `кэш спросил сам, а сервер не смотрит на ${f['ignored']}: прислал целый ответ (${f['status']})`,
  'stale-if-error': (f) =>
    `${failure(f)}; в пределах stale-if-error=${or(f['window'])}${f['sieBy'] === 'request' ? ' из запроса' : ''} отдан сохранённый ответ, ${stale(f)}`,
  'stale-on-error': (f) =>
    f['background'] === 1
      ? `фоновый запрос: ${failure(f)}; сохранённый ответ, ${stale(f)}, остаётся прежним`
      : `${failure(f)}; отдан сохранённый ответ, ${stale(f)}: в нём ничто этого не запрещает`,
  'only-if-cached': (f) =>
    f['otherwise'] === undefined
      ? 'запрос хочет только сохранённый ответ (only-if-cached), а пригодного нет'
      : `запрос хочет только сохранённый ответ (only-if-cached), а ${otherwiseOf(RU_REASONS, f)}`,
  'uri-miss': () => 'под этим URL ничего не сохранено',
  'method-mismatch': (f) => `сохранён только ответ на ${or(f['stored'], 'HEAD')}; запрос — ${or(f['sent'], 'GET')}`,
  'vary-mismatch': (f) =>
    `сохранённый ответ — для ${or(f['field'])}: ${or(f['stored'], '(поля не было)')}; в запросе ${or(f['sent'], 'такого поля нет')}`,
  expired: (f) => {
    const told = expiry(f);
    const [age, lifetime] = compared(f['age'], f['lifetime']);
    return told.endsWith(' назад')
      ? `${told} (возраст ${age}, срок ${lifetime}, источник: ${source(f['source'], f['since'])})`
      : told;
  },
  'validation-required': () => 'в сохранённом ответе no-cache: сервер опрашивается перед каждым использованием',
  'validation-changed': (f) => {
    const before = f['secondsAgo'] === undefined ? '' : `${expiry(f)}, и `;
    const by = f['ignored'] === 'If-Modified-Since' ? 'Last-Modified' : 'ETag';
    if (f['status'] === undefined) return `${before}на вопрос сервер ответил о другом`;
    if (f['ignored'] === undefined)
      return `${before}на вопрос сервер прислал другой (${f['status']})${isSameContent(f) ? ', но содержимое то же' : ''}`;
    if (f['content'] === 'other') return `${before}сервер прислал другое содержимое (${f['status']}) под тем же ${by}`;
    return `${before}сервер не смотрит на ${f['ignored']}: снова прислал ${f['content'] === 'same' ? 'то же содержимое' : 'целый ответ'} (${f['status']}) под тем же ${by}`;
  },
  'user-validation': () => 'человек попросил проверить сохранённый ответ у сервера',
  'request-no-cache': (f) =>
    `в запросе ${f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache'}, поэтому, не спросив сервер, сохранённый ответ использовать нельзя`,
  'request-max-age': (f) =>
    f['malformed'] !== undefined
      ? `в запросе ${f['malformed']}, а это не целое число секунд и значит 0, поэтому, не спросив сервер, сохранённый ответ использовать нельзя`
      : f['maxAge'] === 0
        ? 'в запросе max-age=0, поэтому, не спросив сервер, сохранённый ответ использовать нельзя'
        : tooOld(f),
  'request-condition': (f) =>
    `в запросе ${or(f['field'], 'If-Match')}, а об этом условии может судить только сервер${NOTHING_FIT[String(f['found'])] ?? ''}`,
  'request-min-fresh': (f) =>
    f['malformed'] !== undefined
      ? `в запросе ${f['malformed']}, а это не целое число секунд: ни один сохранённый ответ для этого не будет достаточно свежим`
      : `сохранённый ответ свеж ещё ${below(leftOf(f), f['minFresh'])}; запрос хочет не меньше ${statedOf(f['minFresh'])}`,
  'partial-miss': (f) =>
    `сохранены только байты ${bytesOfWhole(f['stored'])}; запрошен ${f['sent'] === '' || f['sent'] === undefined ? 'ответ целиком' : `диапазон ${f['sent']}`}`,
  'evicted-capacity': () => 'ответ был сохранён, но вытеснен: не хватило места',
  'evicted-by-user': () => 'ответ был сохранён, но удалён вручную',
  invalidated: () => 'ответ был сохранён, но запрос, который мог его изменить, сделал его недействительным',
  'expired-removed': () => 'ответ был сохранён, устарел и удалён, когда понадобилось место',
  'request-no-store': () =>
    'в запросе no-store: ответ на него сохранять нельзя, и из кэша этот кэш на него тоже не отвечает',
  'request-content': (f) =>
    `в запросе ${or(f['method'], 'GET')} есть содержимое, и одного URL мало, чтобы знать, какой нужен ответ`,
  'past-cache': () => 'его отправили мимо кэша; в самом запросе источник этого не увидит',
  'control-token': () => 'в запросе токен сервера управления, а он нигде не сохраняется',
  'method-not-cacheable': (f) =>
    f['stored'] === 1
      ? `${or(f['method'])} идёт к серверу; его ответ сохранён для следующих GET, как говорят его Content-Location и срок`
      : f['method'] === 'POST'
        ? 'ответ на POST сохраняется только со сроком и с Content-Location этого же URL'
        : `ответы на ${or(f['method'], 'этот метод')} не сохраняются`,
  'status-not-cacheable': (f) =>
    f['fixed'] === 1
      ? `постоянный срок из настроек не для ответов ${or(f['status'])}`
      : f['never'] === 6585
        ? `ответ ${or(f['status'])} кэшам сохранять запрещено (RFC 6585)`
        : f['never'] === 1
          ? `ответ ${or(f['status'])} относится только к этому запросу и никогда не сохраняется`
          : `ответ ${or(f['status'])} сохраняется только с указанным сроком или с Cache-Control: public`,
  'response-no-store': (f) => `в ответе no-store (${fieldOf(f)}: ${or(f['cacheControl'])})`,
  'response-private': (f) => `ответ предназначен одному пользователю (${fieldOf(f)}: ${or(f['cacheControl'])})`,
  authorization: (f) =>
    f['fixed'] === 1
      ? 'в запросе было Authorization, а при постоянном сроке ответ на него отдают другим, только если так задано в настройках'
      : 'в запросе было Authorization, а ответ не разрешает отдавать его другим (public, s-maxage или must-revalidate)',
  'set-cookie': (f) =>
    f['fixed'] === 1
      ? 'ответ ставит cookie, а при постоянном сроке его отдают другим, только если так задано в настройках'
      : 'ответ ставит cookie и не говорит, что его можно отдавать другим (правило этого кэша, в RFC 9111 его нет)',
  'event-stream': () => 'ответ — поток событий (server-sent events): он передаётся, но не сохраняется',
  'vary-any': () => 'в ответе Vary: *, он не подходит ни к какому другому запросу',
  'no-freshness-information': (f) =>
    namesOf(f['hinders']).includes('no-cache')
      ? 'в ответе no-cache и нет валидатора (ETag или Last-Modified), по которому можно спросить сервер'
      : f['source'] === 'none' || f['source'] === undefined
        ? `в ответе нет ни срока свежести, ни валидатора (ETag или Last-Modified)${f['skipped'] === undefined ? '' : `; ${f['skipped']} не в счёт: перед = стоит пробел`}`
        : `ответ устарел с самого начала (${
            f['malformed'] === undefined
              ? or(f['cacheControl'], f['expires'] === undefined ? source(f['source']) : `Expires: ${f['expires']}`)
              : `${f['malformed']} — не целое число секунд`
          }), и валидатора в нём нет`,
  'not-understood': (f) => `в ответе must-understand, а статус ${or(f['status'])} этому кэшу неизвестен`,
  'body-over-limit': (f) => {
    const [content, limit] = sizes(f['size'], f['limit']);
    return `содержимое${f['size'] === undefined ? '' : ` (${content})`} больше, чем сохраняется (${limit})`;
  },
  'storing-off': () => 'сохранение выключено (наибольшее содержимое — 0)',
  'no-room': () => 'в пределах кэша (записи, байты) для него нет места, или его занимают закреплённые записи',
  incomplete: () => 'ответ оборвался до конца',
  partial: (f) =>
    f['contentRange'] === undefined || f['contentRange'] === ''
      ? 'сервер прислал 206, не сказав, какая это часть (нет Content-Range)'
      : `присланную часть сохранить нельзя (Content-Range: ${f['contentRange']})`,
  'invalidated-meanwhile': () => 'пока ответ был в пути, URL стал недействительным или был вытеснен вручную',
  'cache-off': () => 'кэш выключен',
  tunnel: (f) => notOpened(f['why'], f['host']),
  intercept: () => 'соединение читает сам прокси: запросы внутри него записаны отдельными строками',
  'client-refused': (f) =>
    `клиент прервал рукопожатие TLS для ${or(f['host'])}: ${REFUSED[String(f['cause'])] ?? or(f['cause'])}`,
  'no-certificate': (f) => `сертификат для ${or(f['host'])} выпустить не удалось`,
  upgrade: (f) =>
    f['status'] !== undefined
      ? `сервер не перешёл на ${or(f['asked'])}: он ответил ${f['status']}`
      : `соединение перешло на ${or(f['protocol'] ?? f['asked'])}; сказанное в нём передаётся дальше и не сохраняется`,
  'upstream-failed': (f) => {
    if (f['error'] === 'client_stalled') return 'клиент перестал слать содержимое и был отпущен';
    if (f['error'] === 'client_aborted') return 'клиент ушёл, не дослав запрос';
    if (f['forbids'] === undefined) return failed(f['error']);
    return `${failed(f['error'])}; сохранённый ответ${f['secondsAgo'] === undefined ? '' : `, ${stale(f)},`} отдать нельзя: ${standsNot(f)}`;
  },
  'client-left': (f) => LEFT[String(f['began'])] ?? 'клиент ушёл до начала ответа',
  'connection-failed': (f) =>
    f['authority'] === undefined
      ? failed(f['error'])
      : `туннель к ${f['authority']} открыть не удалось: ${failed(f['error'])}`,
  'internal-error': (f) => `сбой самого прокси: ответа он дать не успел (${or(f['error'])})`,
  'stage-reply': (f) => `ответ дан на этапе ${at(f['stage'], f['by'])}; ни кэш, ни сервер не спрашивали`,
  'stage-drop': (f) => `соединение закрыто на этапе ${at(f['stage'], f['by'])}`,
  'own-page': () => 'прокси ответил собственной страницей для настройки клиентов',
  'request-refused': (f) => REFUSALS[String(f['refused'])] ?? 'прокси не может переслать этот запрос',
};
