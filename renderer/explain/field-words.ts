/** What well-known fields mean, in one short sentence each; shown on hover. */
import type { Language } from '../state/prefs.ts';

const WORDS: Record<string, Record<Language, string>> = {
  accept: { en: 'Media types the client can use', ru: 'Типы, которые понимает клиент' },
  'accept-encoding': { en: 'Compressions the client can undo', ru: 'Сжатия, которые клиент распакует' },
  'accept-language': { en: 'Languages the client prefers', ru: 'Языки, которые предпочитает клиент' },
  'accept-ranges': { en: 'The origin answers requests for parts', ru: 'Источник отдаёт части по запросу' },
  age: {
    en: 'Seconds since the response was made or last validated',
    ru: 'Секунд с создания или последней проверки ответа',
  },
  allow: { en: 'Methods this resource takes', ru: 'Методы, которые принимает ресурс' },
  authorization: {
    en: 'Credentials; a shared cache stores the answer only when told it may',
    ru: 'Учётные данные; общий кэш хранит ответ, только если это разрешено',
  },
  'cache-control': {
    en: 'Orders to caches: how long, for whom, whether at all',
    ru: 'Указания кэшам: на сколько, для кого, можно ли вообще',
  },
  'cache-status': {
    en: 'How each cache on the way handled the request (RFC 9211)',
    ru: 'Как каждый кэш на пути обошёлся с запросом (RFC 9211)',
  },
  'cdn-cache-control': { en: 'Orders to shared caches only (RFC 9213)', ru: 'Указания только общим кэшам (RFC 9213)' },
  connection: {
    en: 'Options of this one connection; not passed on',
    ru: 'Параметры только этого соединения; дальше не идут',
  },
  'content-encoding': { en: 'Compression of the content', ru: 'Сжатие содержимого' },
  'content-language': { en: 'Language of the content', ru: 'Язык содержимого' },
  'content-length': { en: 'Bytes of the content', ru: 'Байтов в содержимом' },
  'content-location': { en: 'The URL that this very content has', ru: 'URL именно этого содержимого' },
  'content-range': { en: 'Which part of the whole this is', ru: 'Какая это часть целого' },
  'content-security-policy': { en: 'What the page may load and run', ru: 'Что странице можно загружать и запускать' },
  'content-type': { en: 'Media type of the content', ru: 'Тип содержимого' },
  cookie: { en: 'Cookies the client holds for this site', ru: 'Куки клиента для этого сайта' },
  date: {
    en: 'When the origin made the response; ages count from here',
    ru: 'Когда источник создал ответ; возраст считается отсюда',
  },
  etag: {
    en: 'Name of this version; the origin can be asked whether it still holds',
    ru: 'Имя этой версии; по нему источник можно спросить, действует ли она',
  },
  expires: {
    en: 'When the response turns stale, unless Cache-Control says otherwise',
    ru: 'Когда ответ устареет, если Cache-Control не говорит иного',
  },
  host: { en: 'Host asked for', ru: 'Запрошенный хост' },
  'if-match': { en: 'Act only if the version is one of these', ru: 'Действовать, только если версия одна из этих' },
  'if-modified-since': { en: 'Send it only if changed since then', ru: 'Прислать, только если изменилось с тех пор' },
  'if-none-match': {
    en: 'Send it only if the version is none of these',
    ru: 'Прислать, только если версия не из этих',
  },
  'if-range': { en: 'A part if unchanged, else the whole', ru: 'Часть, если не изменилось, иначе целое' },
  'keep-alive': { en: 'How long the connection stays open', ru: 'Сколько соединение остаётся открытым' },
  'last-modified': {
    en: 'When the content last changed; serves for asking, and for guessing a lifetime',
    ru: 'Когда содержимое менялось; по нему спрашивают и оценивают срок',
  },
  location: { en: 'Where to go instead', ru: 'Куда идти вместо этого' },
  origin: { en: 'Site whose script asks', ru: 'Сайт, чей скрипт спрашивает' },
  pragma: {
    en: 'Old form of Cache-Control: no-cache in requests',
    ru: 'Старая форма Cache-Control: no-cache в запросах',
  },
  range: { en: 'Only this part is wanted', ru: 'Нужна только эта часть' },
  referer: { en: 'Page that led here', ru: 'Страница, которая привела сюда' },
  'retry-after': { en: 'When to try again', ru: 'Когда пробовать снова' },
  server: { en: 'Software of the origin', ru: 'Программа источника' },
  'set-cookie': {
    en: 'A cookie for the client; such a response is not shared unless it says so',
    ru: 'Кука клиенту; такой ответ не делят, если он сам не разрешил',
  },
  'strict-transport-security': { en: 'From now on HTTPS only', ru: 'Дальше только по HTTPS' },
  'transfer-encoding': {
    en: 'How the content is framed on this connection',
    ru: 'Как содержимое разбито в этом соединении',
  },
  'user-agent': { en: 'Program that asks', ru: 'Программа, которая спрашивает' },
  vary: { en: 'Request fields that select among several responses', ru: 'Поля запроса, по которым выбирается ответ' },
  via: { en: 'Proxies on the way', ru: 'Прокси на пути' },
  warning: { en: 'Old warning of a cache', ru: 'Старое предупреждение кэша' },
  'x-cache-status': {
    en: 'This proxy’s outcome: HIT, MISS, BYPASS and their kinds',
    ru: 'Исход этого прокси: HIT, MISS, BYPASS и их виды',
  },
  'x-forwarded-for': { en: 'Clients on the way', ru: 'Клиенты на пути' },
};

/** The meaning of a field; undefined when it is not a well-known one. */
export function fieldMeaning(name: string, language: Language): string | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(WORDS, lower) ? WORDS[lower]?.[language] : undefined;
}
