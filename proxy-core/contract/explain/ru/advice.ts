/** При чём это было бы HIT, по-русски. */
import {
  delegated,
  isSameContent,
  isStaleToo,
  namesOf,
  NO_ADVICE,
  OF_THE_CLIENT,
  type ExplainTexts,
  type Facts,
} from '../texts.ts';
import { or, stated } from './words.ts';

const NO_STANDING: Record<string, string> = {
  'must-revalidate': 'Ответ без must-revalidate: тогда при сбое можно отдать сохранённый.',
  'proxy-revalidate': 'Ответ без proxy-revalidate: тогда при сбое можно отдать сохранённый.',
  's-maxage': 'Ответ с max-age вместо s-maxage: тогда при сбое можно отдать сохранённый.',
  'no-cache': 'Ответ без no-cache: тогда при сбое можно отдать сохранённый.',
  over: 'Больший stale-if-error.',
  'stale-if-error': 'Больший stale-if-error.',
};

/** Что сделало бы туннель читаемым. */
const TO_BE_OPENED: Record<string, string[]> = {
  off: ['«Читать внутри TLS» в настройках, хотя бы для этого узла: тогда запросы внутри видны строками и кэшируются.'],
  except: ['Этот узел не в списке «Не трогать узлы» в настройках.'],
  'not-listed': ['Этот узел в списке «Читаемые узлы» в настройках.'],
};

/** С чем сохранённый ответ мог бы заменить. */
function standing(forbids: unknown, f: Facts = {}): string[] {
  if (forbids === 'asked' && String(f['sieAsked']).startsWith('request-'))
    return [
      `Запрос без ${f['pragma'] === 1 ? 'Pragma: no-cache' : String(f['sieAsked']).slice(8)}: тогда при сбое можно отдать сохранённый.`,
    ];
  const advice = NO_STANDING[String(forbids)];
  return advice === undefined ? [] : [advice];
}

const and = new Intl.ListFormat('ru', { type: 'conjunction' });
const LIFETIME = '(Cache-Control: max-age или s-maxage)';
const lifetimeOf = (f: Facts): string => (f['targeted'] === 1 ? '(CDN-Cache-Control: max-age)' : LIFETIME);

/** Ответ, в котором есть всё нужное и нет помех: `without` и того, что нашлось рядом. */
function response(f: Facts, without: readonly string[], end = ''): string {
  const names = [...new Set([...without, ...namesOf(f['hinders'])])];
  const lacks = namesOf(f['lacks']);
  const lifetime = lacks.includes('lifetime');
  const more = lacks.includes('sharing')
    ? lifetime
      ? 's-maxage'
      : 'public или s-maxage'
    : lifetime
      ? `указанным сроком ${lifetimeOf(f)}`
      : '';
  if (names.length === 0) return `Ответ с ${more === '' ? `указанным сроком ${lifetimeOf(f)}` : more}${end}.`;
  return `Ответ без ${and.format(names)}${more === '' ? '' : ` и с ${more}`}${end}.`;
}

/** Какой срок должен быть больше. */
function longer(source: unknown): string {
  switch (source) {
    case 's-maxage':
      return 'Больший s-maxage';
    case 'cdn-cache-control':
      return 'Больший срок в CDN-Cache-Control';
    case 'fixed-ttl':
      return 'Больший постоянный срок в настройках';
    case 'none':
    case 'default':
    case 'heuristic':
      return `Срок в ответе ${LIFETIME}`;
    default:
      return `Больший срок ${LIFETIME}`;
  }
}

/** Больший срок, а сначала — чтобы он был числом. */
const valid = (f: Facts): string =>
  f['malformed'] === undefined ? `${longer(f['source'] ?? 'none')}.` : `Верный срок ${LIFETIME}: целое число секунд.`;

/** Чего не хватает такому же запросу теперь, когда ответ сохранён. */
function again(f: Facts): string[] {
  const seconds = f['again'];
  if (typeof seconds !== 'number') return [];
  if (seconds > 0) return [`Такой же запрос не позже чем через ${stated(seconds)}: ответ теперь сохранён.`];
  if (f['hinders'] !== undefined || f['lacks'] !== undefined) {
    const better = f['hinders'] === undefined ? valid(f) : response(f, []);
    return [f['asks'] === undefined ? better : better.replace(/\.$/, `, и запрос без ${f['asks']}.`)];
  }
  switch (f['asks']) {
    case 'max-age':
      return ['Такой же запрос без max-age или с большим: ответ теперь сохранён.'];
    case 'min-fresh':
      return ['Такой же запрос с меньшим min-fresh: ответ теперь сохранён.'];
    default:
      return [`Такой же запрос без ${f['asks']}: ответ теперь сохранён.`];
  }
}

/** Для устаревшего мало одного лучшего запроса. */
const staleToo = (f: Facts): string =>
  isStaleToo(f) ? `, а к нему ${lower(longer(f['source']))}: сохранённый ответ к тому же устарел.` : '.';
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Все поля из Vary, которые различаются. */
const fields = (f: Facts): string[] => [or(f['field']), ...namesOf(f['also'])];

/** С чем устаревший ответ можно было бы отдать. */
const beside = (f: Facts): string[] => [
  ...(f['barred'] === undefined
    ? []
    : ['Запрос без min-fresh: тогда сохранённый ответ можно отдать, пока опрашивается сервер.']),
  ...(f['sieUnused'] === undefined ? [] : standing(f['sieUnused'], f)),
];

export const RU_ADVICE: ExplainTexts['advice'] = {
  fresh: NO_ADVICE,
  'stale-allowed': NO_ADVICE,
  revalidated: (f) =>
    delegated(RU_ADVICE, f) ??
    (f['kept'] === 'weakly' ? ['Тот же ETag в 304, что и в 200: тогда сохранённый ответ снова свеж.'] : undefined) ??
    (f['hinders'] === undefined
      ? [`${longer(f['source'])} избавил бы от вопроса к серверу.`]
      : [response(Number(f['lifetime']) <= 0 ? { ...f, lacks: 'lifetime' } : f, [])]),
  'stale-while-revalidate': NO_ADVICE,
  'background-validation': NO_ADVICE,
  'stale-if-error': NO_ADVICE,
  'stale-on-error': NO_ADVICE,
  'only-if-cached': (f) =>
    delegated(RU_ADVICE, f, f['otherwise']) ?? ['Один раз запросить без only-if-cached, чтобы ответ сохранился.'],
  'uri-miss': (f) =>
    f['replyOf'] === 'origin' && f['reply'] === 304
      ? [
          f['replySent'] === ''
            ? 'Сервер, который отвечает 304 только на условие.'
            : 'Запрос без условия: целый ответ можно было бы сохранить.',
        ]
      : f['again'] === undefined
        ? ['Следующий запрос того же URL, если ответ можно сохранить.']
        : again(f),
  'method-mismatch': () => ['GET до этого: его ответ годится и для HEAD.'],
  'vary-mismatch': (f) => [
    f['bare'] === 1
      ? `Запрос без ${or(f['field'])}, как раньше.`
      : f['also'] === undefined
        ? `То же значение ${or(f['field'])}, что и раньше.`
        : `Те же значения ${and.format(fields(f))}, что и раньше.`,
    `Ответ, не зависящий от ${and.format(fields(f))}.`,
  ],
  expired: (f) => [
    `${longer(f['source'])}.`,
    ...(f['forbids'] === undefined &&
    f['secondsAgo'] !== undefined &&
    f['source'] !== 'fixed-ttl' &&
    f['barred'] === undefined
      ? [`stale-while-revalidate=${Number(f['secondsAgo']) + 1} или больше в ответе.`]
      : []),
    ...beside(f),
    ...(f['maxStale'] === undefined ? [] : [`max-stale=${Number(f['secondsAgo']) + 1} или больше в запросе.`]),
  ],
  'validation-required': (f) => [response(isStaleToo(f) ? { ...f, lacks: 'lifetime' } : f, ['no-cache'])],
  'validation-changed': (f) => [
    ...(f['ignored'] === undefined || f['content'] === 'other' ? [] : ['Сервер, который отвечает на условие 304.']),
    ...(f['ignored'] === undefined && isSameContent(f)
      ? ['ETag, который не меняется, пока не меняется содержимое.']
      : []),
    f['content'] === 'other' ? `${longer(f['source'])}; но содержимое изменилось.` : `${longer(f['source'])}.`,
    ...beside(f),
  ],
  'user-validation': NO_ADVICE,
  'request-no-cache': (f) => [
    `Запрос без ${f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache'} (браузер шлёт его при перезагрузке)${staleToo(f)}`,
  ],
  'request-max-age': (f) => [
    `${
      f['malformed'] !== undefined
        ? 'Запрос без max-age или с верным и достаточно большим'
        : f['maxAge'] === 0
          ? 'Запрос без max-age=0 (браузер шлёт его при перезагрузке)'
          : 'Запрос без max-age или с большим'
    }${staleToo(f)}`,
  ],
  'request-condition': (f) => [
    `Запрос без ${or(f['field'], 'If-Match')}${f['found'] === undefined ? '' : ', когда ответ на него уже сохранён'}.`,
  ],
  'request-min-fresh': (f) => [
    f['malformed'] === undefined
      ? 'Меньший min-fresh или больший срок ответа.'
      : 'Запрос без min-fresh или с верным и достаточно малым.',
  ],
  'partial-miss': () => ['Запрос байтов, которые сохранены, или ответ с целым.'],
  'evicted-capacity': () => ['Больше места (записи или байты в настройках) или закрепление записи.'],
  'evicted-by-user': again,
  invalidated: again,
  'expired-removed': () => ['Больший срок и больше места (записи или байты в настройках).'],
  'request-no-store': () => ['Запрос без no-store: на него можно ответить из кэша, а ответ на него — сохранить.'],
  'request-content': () => ['Запрос без содержимого: то, что в нём сказано, должно стоять в URL.'],
  'past-cache': () => ['Тот же запрос, отправленный через кэш.'],
  'control-token': () => ['Запрос без этого токена: он только для сервера управления и не для прокси.'],
  'method-not-cacheable': (f) =>
    f['stored'] === 1 || f['method'] !== 'POST'
      ? []
      : ['Ответ со сроком и Content-Location того же URL: он сохраняется для следующих GET.'],
  'status-not-cacheable': (f) =>
    f['sieUnused'] !== undefined
      ? standing(f['sieUnused'], f)
      : f['never'] !== undefined
        ? []
        : [f['fixed'] === 1 ? `Режим кэша standard в настройках и срок в ответе ${LIFETIME}.` : response(f, [])],
  'response-no-store': (f) => [response(f, ['no-store'])],
  'response-private': (f) => [response(f, ['private'], ', если он одинаков для всех')],
  authorization: (f) => [
    f['fixed'] === 1
      ? 'Общий доступ к таким ответам, включённый в настройках (--cache-share-anyway), если ответ одинаков для всех.'
      : f['hinders'] === undefined && f['lacks'] === 'sharing'
        ? 'public, s-maxage или must-revalidate в ответе, если он одинаков для всех.'
        : response(f, [], ', если он одинаков для всех'),
  ],
  'set-cookie': (f) => [
    response(f, ['Set-Cookie']),
    ...(f['fixed'] === 1
      ? ['Общий доступ к таким ответам, включённый в настройках (--cache-share-anyway), если ответ одинаков для всех.']
      : f['hinders'] === undefined
        ? [
            `Явный срок (max-age, s-maxage)${f['lacks'] === undefined ? ' или public' : ''}, если cookie можно отдавать всем.`,
          ]
        : []),
  ],
  'event-stream': () => ['Ничего: события потока предназначены тем, кто подключён сейчас.'],
  'vary-any': (f) => {
    const hinders = namesOf(f['hinders']).filter((name) => name !== 'Vary: *');
    const rest: Facts = { ...f, hinders: hinders.join(', ') };
    const more = hinders.length > 0 || f['lacks'] !== undefined;
    return [`Vary с именами полей вместо *${more ? `; ${lower(response(rest, []))}` : '.'}`];
  },
  'no-freshness-information': (f) => [
    f['hinders'] !== undefined ? response(f, []) : valid(f),
    'ETag или Last-Modified: тогда ответ сохраняется, а сервер может ответить 304.',
    ...(f['guessable'] === 1 ? ['Срок по умолчанию в настройках.'] : []),
  ],
  'not-understood': (f) => [response(f, ['must-understand'])],
  'body-over-limit': () => ['Больший предел сохраняемого содержимого в настройках.'],
  'storing-off': () => ['Предел сохраняемого содержимого больше 0 в настройках.'],
  'no-room': () => ['Больше места (записи или байты в настройках) или меньше закреплённых записей.'],
  incomplete: () => ['Ответ, дошедший до конца.'],
  partial: () => ['Ответ с целым или с одной правильной частью.'],
  'invalidated-meanwhile': () => ['Следующий запрос того же URL: его ответ будет уже после изменения.'],
  'cache-off': () => ['Режим кэша standard в настройках.'],
  tunnel: (f) => TO_BE_OPENED[String(f['why'])] ?? [],
  intercept: NO_ADVICE,
  'client-refused': () => [
    'Сделайте CA этого прокси доверенным у клиента.',
    'Если клиент признаёт только известный ему сертификат (pinning), этот узел в списке «Не трогать узлы»: его туннели пойдут непрочитанными.',
  ],
  'no-certificate': () => ['Посмотрите CA в настройках: его файлы использовать нельзя.'],
  upgrade: NO_ADVICE,
  'upstream-failed': (f) => {
    if (f['unasked'] === 1 || OF_THE_CLIENT.has(f['error'])) return [];
    if (f['forbids'] === undefined) return ['Ответ, сохранённый раньше: его можно было бы отдать.'];
    return delegated(RU_ADVICE, { ...f, asked: f['forbids'] }) ?? standing(f['forbids']);
  },
  'client-left': NO_ADVICE,
  'connection-failed': NO_ADVICE,
  'internal-error': NO_ADVICE,
  'stage-reply': NO_ADVICE,
  'stage-drop': NO_ADVICE,
  'own-page': NO_ADVICE,
  'request-refused': NO_ADVICE,
};
