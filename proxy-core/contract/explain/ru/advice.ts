/** При чём это было бы HIT, по-русски. */
import { NO_ADVICE, OF_THE_CLIENT, type ExplainTexts } from '../texts.ts';
import { or, span } from './words.ts';

const NO_STANDING: Record<string, string> = {
  'must-revalidate': 'Ответ без must-revalidate: тогда сохранённый может заменить.',
  'proxy-revalidate': 'Ответ без proxy-revalidate: тогда сохранённый может заменить.',
  's-maxage': 'Ответ с max-age вместо s-maxage: тогда сохранённый может заменить.',
  'no-cache': 'Ответ без no-cache: тогда сохранённый может заменить.',
  over: 'Больший stale-if-error.',
  'stale-if-error': 'Больший stale-if-error.',
};

/** С чем сохранённый ответ мог бы заменить. */
function standing(forbids: unknown): string[] {
  const advice = NO_STANDING[String(forbids)];
  return advice === undefined ? [] : [advice];
}

export const RU_ADVICE: ExplainTexts['advice'] = {
  fresh: NO_ADVICE,
  'stale-allowed': NO_ADVICE,
  revalidated: () => ['Больший срок (Cache-Control: max-age или s-maxage) избавил бы от вопроса к серверу.'],
  'stale-while-revalidate': NO_ADVICE,
  'background-validation': NO_ADVICE,
  'stale-if-error': NO_ADVICE,
  'stale-on-error': NO_ADVICE,
  'only-if-cached': () => ['Один раз запросить без only-if-cached, чтобы ответ сохранился.'],
  'uri-miss': (f) =>
    f['replyOf'] === 'origin' && f['reply'] === 304
      ? ['Запрос без условия: целый ответ можно было бы сохранить.']
      : ['Следующий запрос того же URL, если ответ можно сохранить.'],
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
    f['stored'] === 1 || f['method'] !== 'POST'
      ? []
      : ['Ответ со сроком и Content-Location того же URL: он сохраняется для следующих GET.'],
  'status-not-cacheable': (f) =>
    f['sieUnused'] !== undefined
      ? standing(f['sieUnused'])
      : f['never'] === 1
        ? []
        : ['Срок в ответе (Cache-Control: max-age) или Cache-Control: public.'],
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
    return standing(f['forbids']);
  },
  'client-left': NO_ADVICE,
  'connection-failed': NO_ADVICE,
  'internal-error': NO_ADVICE,
  'stage-reply': NO_ADVICE,
  'stage-drop': NO_ADVICE,
  'own-page': NO_ADVICE,
  'request-refused': NO_ADVICE,
};
