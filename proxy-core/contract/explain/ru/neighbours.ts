/** Ближайший сохранённый ответ, по-русски. */
import type { Neighbour } from '../../reasons.ts';
import { pathDifferences, type PathDifference } from '../paths.ts';
import { listOf } from '../../wording/plurals.ts';
import { clockOf, countOf, namesOf } from '../texts.ts';
import { differ, list, span, valueOr } from './words.ts';

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
  listOf(
    'ru',
    pathDifferences(stored, sent).map((name) => PATHS[name]),
  );

export function neighbour({ difference: d, url }: Neighbour): string {
  switch (d.kind) {
    case 'vary':
      return `сохранённый ответ — для ${d.stored === null ? `запроса без ${d.field}` : `${d.field}: ${valueOr(d.stored, '')}`}; в запросе ${valueOr(d.sent, 'такого поля нет')}${d.also === undefined ? '' : `; ${differ(namesOf(d.also).length)} также ${list(d.also)}`}`;
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
      return `сохранён тот же URL со схемой ${d.stored}; запрошен со схемой ${d.sent}`;
    case 'port':
      return `сохранён тот же URL на порту ${d.stored}; запрошен на порту ${d.sent}`;
    case 'expired':
      return `срок сохранённого ответа истёк ${span(d.secondsAgo)} назад`;
    case 'removed':
      return `ответ был здесь до ${clockOf(d.atMs)}: ${WHY[d.why]}${d.by === undefined || d.by === 'user' ? '' : ` (${d.by})`}`;
  }
}
