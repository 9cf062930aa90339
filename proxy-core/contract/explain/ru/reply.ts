/** Что условия и диапазоны сделали с ответом, по-русски. */
import { isDate, type Facts } from '../texts.ts';
import { bytes, bytesOfWhole, or } from './words.ts';

export function replyMade(f: Facts): string {
  const [sent, held] = [or(f['replySent']), or(f['replyHeld'])];
  const isOfDate = f['replyBy'] === 'If-Modified-Since' || (f['replyBy'] === 'If-Range' && isDate(sent));
  const validator = isOfDate ? 'Last-Modified' : 'ETag';
  if (f['replyOf'] === 'origin') {
    if (f['replySent'] === '') return `сервер прислал ${or(f['reply'])}, хотя запрос этого не просил`;
    if (f['reply'] === 304)
      return `на ${or(f['replyBy'])} клиента (${sent}) сервер ответил 304: копия клиента годна, сохранять нечего`;
    if (f['reply'] === 206)
      return held === 'none' || held === 'нет'
        ? 'сервер прислал 206, не сказав, какая это часть (нет Content-Range)'
        : `сервер прислал часть (байты ${bytesOfWhole(held)}), как просили (${sent})`;
    return `того, что просили (${sent}), у сервера нет (Content-Range: ${held})`;
  }
  if (f['replyWhy'] === 'status')
    return `клиент получает сохранённый ${or(f['reply'])} как есть: условие учитывается, только когда ответом был бы 2xx`;
  const stored = held === 'нет' ? `${validator} не сохранён` : `сохранён ${validator} ${held}`;
  if (f['reply'] === 304) {
    if (f['replyBy'] === 'If-Modified-Since')
      return `клиент получает 304: сохранённый ответ не новее его If-Modified-Since (${sent})`;
    if (sent === '*')
      return 'клиент получает 304: в его If-None-Match стоит *, это подходит к любому сохранённому ответу';
    return sent === held
      ? `клиент получает 304: его ETag совпадает (${sent})`
      : `клиент получает 304: его If-None-Match (${sent}) совпадает с сохранённым ETag (${held})`;
  }
  if (f['reply'] === 206)
    return `клиент получает 206, вырезанный из ${f['replyFrom'] === 'part' ? 'сохранённой части' : 'целого ответа'} (байты ${bytesOfWhole(held)})`;
  if (f['reply'] === 416) return `клиент получает 416: есть только ${bytes(Number(held))} (запрошено ${sent})`;
  if (f['replyBy'] === 'If-Range')
    return `клиент получает ответ целиком, хотя просил часть: ${
      sent.startsWith('W/') ? `слабый ETag в If-Range никогда не подходит (${sent})` : `в If-Range ${sent}, а ${stored}`
    }`;
  if (f['replyBy'] === 'Range') return `клиент получает ответ целиком: его Range (${sent}) ${ignored(f['replyWhy'])}`;
  if (f['replyBy'] === 'If-None-Match')
    return `клиент получает ответ целиком: в его If-None-Match ${sent}, а ${stored}`;
  return f['replyWhy'] === 'date'
    ? `клиент получает ответ целиком: его If-Modified-Since (${sent}) — не дата`
    : `клиент получает ответ целиком: ${held === 'нет' ? 'сохранённое новее' : `сохранённый Last-Modified (${held}) позже`} его If-Modified-Since (${sent})`;
}

/** Почему Range не учтён. */
function ignored(why: unknown): string {
  switch (why) {
    case 'unit':
      return 'в неизвестных здесь единицах';
    case 'too-much':
      return 'просит больше целого или слишком много частей';
    default:
      return 'неверен';
  }
}
