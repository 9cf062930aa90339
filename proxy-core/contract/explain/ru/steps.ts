/** Шаги решения, по-русски. */
import { clockOf, type ExplainTexts } from '../texts.ts';
import { LEFT_ALONE, REFUSED } from './connections.ts';
import { replyMade } from './reply.ts';
import {
  ageAndLifetime,
  ago,
  agoPast,
  below,
  bytesOfWhole,
  changedParts,
  choice,
  duration,
  kbps,
  fieldsMatch,
  freshFor,
  list,
  ofVariants,
  or,
  past,
  HELD,
  REMOVED,
  responses,
  said,
  sizes,
  source,
  span,
  stated,
  times,
  unusedWindow,
  urls,
  valueOr,
  yes,
} from './words.ts';

export const RU_STEPS: ExplainTexts['steps'] = {
  'cache-mode': (i) => `Режим кэша: ${or(i('mode'))}`,
  'request-method': (i) => `Метод ${or(i('method'))}: из кэша не отвечают`,
  'request-content': (i) => `${or(i('method'))} с содержимым: из кэша не отвечают и не сохраняют`,
  'past-cache': () => 'Отправлен мимо кэша: так выбрал тот, кто его составил',
  'control-token': () => 'В запросе токен сервера управления',
  'request-no-store': () => 'В запросе no-store',
  'origin-condition': () => 'В запросе условие, судить о котором может только сервер',
  lookup: (i) =>
    i('found') === 0 ? 'Под этим URL ничего не сохранено' : `Под этим URL сохранено: ${responses(Number(i('found')))}`,
  vary: (i, result) =>
    i('field') !== null || result === 'stop'
      ? `Различается ${or(i('field'))}: сохранено для ${valueOr(i('stored'), '(поля не было)')}, прислано ${valueOr(i('sent'), '(поля нет)')}${i('also') === null ? '' : `; ещё ${list(i('also'))}`}${Number(i('variants') ?? 1) > 1 ? ` (ближайший из ${ofVariants(Number(i('variants')))})` : ''}`
      : `${fieldsMatch(i('fields'))}`,
  'stored-method': (i) => `Сохранён только ответ на ${or(i('stored'))}`,
  'stored-part': (i) =>
    `Сохранены только байты ${bytesOfWhole(i('stored'))}; запрошен ${i('sent') === null || i('sent') === '' ? 'ответ целиком' : `диапазон ${or(i('sent'))}`}`,
  freshness: (i, result) =>
    i('stale') !== null
      ? `Устарел ${ago(i('stale'))}: нужно спросить сервер`
      : `${ageAndLifetime(i)}: ${result === 'stop' ? 'свежий' : 'устарел'}`,
  'user-validation': () => 'Человек спросил, годится ли ещё сохранённый ответ',
  'request-no-cache': (i) => `Запрос хочет, чтобы спросили сервер (${or(i('cacheControl'))})`,
  'request-max-age': (i) =>
    i('malformed') !== null
      ? `В запросе ${or(i('malformed'))}, это значит 0`
      : i('maxAge') === 0
        ? 'В запросе max-age=0'
        : said(past(i('age'), i('maxAge')), (age, most) => `Возраст ${age}; запрос допускает не больше ${most}`),
  'request-min-fresh': (i) =>
    `Свеж ещё ${below(i('left'), i('minFresh'))}; ${i('malformed') === null ? `запрос хочет ${stated(i('minFresh'))}` : `в запросе ${or(i('malformed'))}: не хватит никогда`}`,
  'request-max-stale': (i, result) =>
    i('malformed') !== null
      ? `Устарел ${ago(i('stale'))}; в запросе ${or(i('malformed'))}: устаревший не годится`
      : said(
          result === 'stop' ? [ago(i('stale')), stated(i('maxStale'))] : agoPast(i('stale'), i('maxStale')),
          (stale, most) =>
            `Устарел ${stale}; запрос допускает ${i('maxStale') === 'any' ? 'любой' : most}: ${result === 'stop' ? 'годится' : 'слишком стар'}`,
        ),
  'stored-no-cache': (i) => `Сохранённый ответ нужно проверять перед каждым использованием (${or(i('cacheControl'))})`,
  'must-revalidate': (i) =>
    `Устаревшим его использовать нельзя: ${or(i('directive'), 'must-revalidate')} (${or(i('cacheControl'))})`,
  'client-control-ignored': (i) => `По настройке не учтено, как у CDN: ${or(i('cacheControl'))} из запроса`,
  'max-stale-overruled': (i) =>
    `max-stale${i('maxStale') === 'any' ? '' : `=${or(i('maxStale'))}`} запроса не действует: ${or(i('directive'), 'must-revalidate')}`,
  'stale-while-revalidate': (i, result) =>
    said(
      result === 'stop' || i('minFresh') !== null
        ? [ago(i('stale')), stated(i('window'))]
        : agoPast(i('stale'), i('window')),
      (stale, window) =>
        `Устарел ${stale}, stale-while-revalidate ${window}: ${result === 'stop' ? 'отдаётся, пока опрашивается сервер' : i('minFresh') === null ? 'время вышло' : `не действует: в запросе min-fresh=${or(i('minFresh'))}`}`,
    ),
  'stale-if-error': (i, result) =>
    `${i('status') === null ? or(i('error')) : `Статус ${or(i('status'))}`}${i('stale') === null ? '' : `, устарел ${ago(i('stale'))}`}, stale-if-error ${stated(i('window'))}${i('of') === 'request' ? ' (из запроса)' : ''}: ${result === 'stop' ? 'отдан сохранённый ответ' : i('unused') === null ? 'время вышло' : unusedWindow(i('unused'), i('window'), i('status'), i('of'))}`,
  'stale-on-error': (i) =>
    yes(i('mustRevalidate')) || yes(i('noCache')) || i('asked') !== null
      ? `${or(i('error'))}: отдать сохранённый ответ нельзя`
      : `${or(i('error'))}: отдан сохранённый ответ`,
  'only-if-cached': () => 'Запрос хочет только сохранённый ответ',
  validation: (i) =>
    i('etag') === null && i('lastModified') === null
      ? 'У него нет ни ETag, ни Last-Modified, спросить не по чему'
      : `Сервер опрашивается по ${[i('etag') === null ? '' : `ETag ${or(i('etag'))}`, i('lastModified') === null ? '' : `Last-Modified ${or(i('lastModified'))}`].filter((part) => part !== '').join(' и ')}`,
  reply: (i) => {
    const told = replyMade({
      reply: Number(i('reply')),
      replyBy: String(i('by') ?? ''),
      replySent: String(i('sent') ?? ''),
      replyHeld: String(i('held') ?? ''),
      replyOf: String(i('of') ?? ''),
      replyFrom: String(i('from') ?? ''),
      replyWhy: String(i('why') ?? ''),
    });
    return told.charAt(0).toUpperCase() + told.slice(1);
  },
  'not-modified': (i) =>
    i('lifetime') === null
      ? 'Ответ говорит не о том, что сохранено'
      : i('fate') !== null
        ? `Сохранённый ответ годен (${or(i('status'))}); ${i('fate') === 'removed' ? 'он отдан в последний раз' : 'его возраст остаётся прежним'}`
        : yes(i('noCache'))
          ? `Сохранённый ответ годен (${or(i('status'))}), но в следующий раз спросить придётся снова (no-cache)`
          : `Сохранённый ответ годен (${or(i('status'))}), ${freshFor(i('lifetime'), 'свеж', 'но сразу устаревает')} (${source(i('source'))})`,
  'validation-ignored': (i) =>
    `Сервер не смотрит на ${or(i('field'))}: прислал то, что там названо (${or(i('field') === 'If-Modified-Since' ? i('lastModified') : i('etag'))})`,
  'other-representation': (i) =>
    `Ответ говорит о другом представлении (${or(i('etag') ?? i('lastModified'))}), не о сохранённом (${or(i('storedEtag') ?? i('storedLastModified'))}): запрос повторён без условий`,
  'weakly-same': (i) =>
    `ETag ответа ${or(i('etag'))} лишь слабо совпадает с сохранённым (${or(i('storedEtag'))}): сохранённый отдан, но не обновлён`,
  'update-refused': (i) =>
    `С такими полями он не был бы сохранён (${or(i('because'))}): сохранённый ответ ${yes(i('removed')) ? 'удалён' : 'остаётся прежним'}`,
  'head-update': (i) =>
    yes(i('agrees'))
      ? 'Ответ на HEAD согласуется с сохранённым и обновляет его'
      : 'Ответ на HEAD расходится с сохранённым',
  invalidate: (i) =>
    i('removed') === 0
      ? `${or(i('method'))} удался: удалять было нечего (${urls(i('urls'))})`
      : `${or(i('method'))} удался: удалено ${urls(i('urls'))}`,
  'response-method': (i) => `Ответ на ${or(i('method'))} сохраняется только со сроком и Content-Location этого же URL`,
  'response-status': (i, result) =>
    `Статус ${or(i('status'))}: ${result === 'pass' ? 'можно сохранять' : 'не сохраняется'}`,
  'must-understand': (i) => `must-understand, а статус ${or(i('status'))} здесь неизвестен`,
  'no-store-set-aside': (i) =>
    `must-understand, и статус ${or(i('status'))} этому кэшу известен: no-store не действует (${or(i('cacheControl'))})`,
  'fields-left-out': (i) => `Не сохраняется: ${list(i('fields'))} (${or(i('directive'))}="…")`,
  'repeated-directive': (i) =>
    `${or(i('directive'))}${i('of') === 'request' ? ' запроса' : ''} повторяется: действует ${or(i('first'))}, а не ${choice(i('others'))}`,
  'malformed-directive': (i) =>
    i('of') === 'request'
      ? `${or(i('directive'))} запроса — не целое число секунд, понимается самым строгим образом`
      : yes(i('skipped'))
        ? `${or(i('directive'))} — не директива: перед = стоит пробел; пропущено`
        : `${or(i('directive'))} — не целое число секунд, ответ считается устаревшим`,
  'targeted-not-read': (i) =>
    `CDN-Cache-Control (${or(i('cdnCacheControl'))}) — для CDN: здесь он действует, только если так задано в настройках`,
  'response-pragma': (i) => `Pragma: ${or(i('pragma'))} в ответе читается как no-cache: срок не угадывается`,
  'response-no-store': (i) => `Ответ запрещает сохранение (${or(i('cacheControl'))})`,
  'response-private': (i) => `Ответ для одного пользователя (${or(i('cacheControl'))})`,
  authorization: (i, result) =>
    result === 'pass'
      ? `В запросе было Authorization; ответ разрешает отдавать его другим (${or(i('cacheControl'))})`
      : 'В запросе было Authorization; ответ не разрешает отдавать его другим',
  'set-cookie': (i, result) =>
    result === 'pass'
      ? `Ответ ставит cookie, но сохраняется: в нём есть срок или public (${or(i('cacheControl'), 'Expires')})`
      : 'Ответ ставит cookie и не говорит, что его можно отдавать другим (правило этого кэша)',
  'event-stream': () => 'Содержимое — text/event-stream: события для тех, кто слушает сейчас',
  'response-vary': (i, result) =>
    result === 'pass'
      ? `Зависит от ${list(i('vary'))}`
      : `Vary: ${or(i('vary'))} не подходит ни к какому другому запросу`,
  'response-part': (i, result) =>
    result === 'pass'
      ? `Правильная часть (${or(i('contentRange'))})`
      : `Часть, которую сохранить нельзя (Content-Range: ${or(i('contentRange'))})`,
  'body-limit': (i) =>
    i('limit') === 0
      ? 'Сохранение выключено'
      : said(
          sizes(i('size'), i('limit')),
          (content, limit) => `Содержимое ${i('size') === null ? '' : `(${content}) `}больше предела ${limit}`,
        ),
  lifetime: (i, result) =>
    result === 'pass'
      ? Number(i('lifetime')) <= 0
        ? i('source') === 'none'
          ? 'О сроке ничего не сказано, и угадать его нельзя'
          : `Срок вышел с самого начала (${source(i('source'))})`
        : `Срок ${stated(i('lifetime'))}, источник: ${source(i('source'), i('since'))}`
      : yes(i('noCache'))
        ? 'Его нужно проверять перед каждым использованием (no-cache), а признака для проверки нет'
        : i('source') === 'none'
          ? 'Нет ни срока, ни признака для проверки'
          : `Срок вышел с самого начала (${source(i('source'))}), а признака для проверки нет`,
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
    if (yes(i('noCache'))) return 'Можно сохранить, но проверять перед каждым использованием (no-cache)';
    if (typeof left === 'number' && left <= 0) return `Можно сохранить, с самого начала устаревший${cause}`;
    return `Можно сохранить, ${i('left') === null ? `свеж ${stated(left)}` : `осталось ${span(left)}${cause}`}`;
  },
  neighbour: (i) => `Рядом сохранён ${or(i('url'))}`,
  removed: (i) =>
    `Был здесь до ${typeof i('atMs') === 'number' ? clockOf(Number(i('atMs'))) : '?'} (${REMOVED[String(i('why'))] ?? or(i('why'))}${i('by') === null ? '' : `, ${or(i('by'))}`})`,
  'request-target': (i) => `Переслать нельзя: ${or(i('target'))}`,
  'own-page': (i) => `${or(i('path'))} — страница самого прокси`,
  misdirected: (i) => `В Host стоит ${or(i('host'))}, а соединение с ${or(i('authority'))}`,
  proxy_loop_detected: (i) => `${or(i('target'))} ведёт обратно к этому прокси`,
  tunnel: (i) =>
    `Туннель к ${or(i('authority'))}${i('why') === null ? '' : `: ${LEFT_ALONE[String(i('why'))] ?? or(i('why'))}`}`,
  intercept: (i) => `Соединение с ${or(i('authority'))} читает сам прокси`,
  'connect-failed': (i) => `Соединения с ${or(i('authority'))} нет: ${or(i('error'))}`,
  'first-bytes': (i) => `Остался туннелем: ${LEFT_ALONE[String(i('why'))] ?? or(i('why'))}`,
  'client-refused': (i) =>
    `Рукопожатие прервано, для этого узла уже ${times(Number(i('count')))}: ${REFUSED[String(i('cause'))] ?? or(i('cause'))}`,
  'other-name': (i) =>
    `У прокси клиент просил ${or(i('connect'))}, а в TLS назвал ${or(i('serverName'))}: считается названное`,
  'no-certificate': (i) => `Нет сертификата для ${or(i('serverName') ?? i('authority'))}`,
  upgrade: (i) => `Запрос просит перейти на ${or(i('upgrade'))}`,
  'collapse-apart': (i) =>
    i('why') === 'credentials'
      ? 'Такой же запрос уже в пути; с Cookie или Authorization чужого ответа не ждут'
      : i('why') === 'not-shareable'
        ? 'Такой же запрос уже в пути; прошлый ответ нельзя было отдавать другим, поэтому этого не ждут'
        : 'Такой же запрос уже в пути, но он начат до того, как URL стал недействительным или был вытеснен',
  stage: (i) =>
    `Этап ${or(i('stage'))}${i('by') === null ? '' : ` (${or(i('by'))})`} ${
      i('did') === 'changed'
        ? `изменил ${changedParts(i('what'))}${typeof i('bytesAfter') === 'number' ? ` (содержимое: ${sizes(i('bytesBefore'), i('bytesAfter')).join(' → ')})` : ''}`
        : i('did') === 'answered'
          ? `сам ответил ${or(i('status'))}`
          : i('did') === 'dropped'
            ? 'закрыл соединение'
            : 'пропустил без изменений'
    }${i('waitedMs') === null ? '' : Number(i('waitedMs')) < 1 ? ' сразу' : ` через ${duration(i('waitedMs'))}`}${HELD[String(i('held'))] ?? ''}`,
  throttle: (i) => {
    const by = i('by') === null ? '' : ` (${or(i('by'))})`;
    if (i('latencyMs') === null) return `Профиля замедления ${or(i('profile'))} нет${by}: идёт без замедления`;
    return `По медленной линии ${or(i('profile'))}${by}: задержка ${duration(i('latencyMs'))}, приём ${kbps(i('downKbps'))}, передача ${kbps(i('upKbps'))}`;
  },
  tier: (i) =>
    Number(i('found')) === 0
      ? 'Во втором кэше не было ничего нового'
      : `Найдено во втором кэше: ${responses(Number(i('found')))}; теперь в памяти`,
  'collapse-shared': () => 'Такой же запрос был уже в пути; его ответ общий',
  'max-forwards': (i) => `Max-Forwards — 0: ${or(i('method'))} дальше не идёт`,
  'collapse-released': (i) =>
    yes(i('reusable'))
      ? 'Ждал ответа на другой такой же запрос; теперь он сохранён'
      : 'Ждал ответа на другой такой же запрос, но его нельзя отдавать другим',
  'body-complete': () => 'Содержимое оборвалось до конца',
  'no-room': () => 'В кэше для него не нашлось места',
  'invalidated-meanwhile': () => 'Пока ответ был в пути, URL стал недействительным или был вытеснен: не сохранён',
};
