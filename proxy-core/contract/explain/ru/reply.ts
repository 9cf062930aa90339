/** Что условия и диапазоны сделали с ответом, по-русски. */
import { isDate, type Facts } from '../texts.ts';
import { or, size } from './words.ts';

export function replyMade(f: Facts): string {
  const [sent, held] = [or(f['replySent']), or(f['replyHeld'])];
  const validator = f['replyBy'] === 'If-Modified-Since' || isDate(held) ? 'Last-Modified' : 'ETag';
  if (f['replyOf'] === 'origin') {
    if (f['replySent'] === '') return `сервер прислал ${or(f['reply'])}, хотя запрос этого не просил`;
    if (f['reply'] === 304)
      return `на ${or(f['replyBy'])} клиента (${sent}) сервер ответил 304: копия клиента годна, сохранять нечего`;
    if (f['reply'] === 206)
      return held === 'none' || held === 'нет'
        ? 'сервер прислал 206, не сказав, какая это часть (нет Content-Range)'
        : `сервер прислал часть (байты ${held}), как просили (${sent})`;
    return `того, что просили (${sent}), у сервера нет (Content-Range: ${held})`;
  }
  if (f['reply'] === 304)
    return f['replyBy'] === 'If-Modified-Since'
      ? `клиент получает 304: с его If-Modified-Since (${sent}) ничего не изменилось`
      : `клиент получает 304: его ${validator} совпадает (${sent})`;
  if (f['reply'] === 206)
    return `клиент получает 206, вырезанный из ${f['replyFrom'] === 'part' ? 'сохранённой части' : 'целого'} (байты ${held})`;
  if (f['reply'] === 416) return `клиент получает 416: есть только ${size(Number(held))} (запрошено ${sent})`;
  if (f['replyBy'] === 'If-Range')
    return `клиент получает целое, хотя просил часть: его If-Range (${sent}) — не сохранённый ${validator} (${held})`;
  if (f['replyBy'] === 'Range')
    return `клиент получает целое: его Range (${sent}) неверен или в неизвестных здесь единицах`;
  return `клиент получает целое: его ${or(f['replyBy'])} (${sent}) не совпадает с сохранённым ${validator} (${held})`;
}
