import { describe, expect, test } from 'vitest';
import { describeFilter, describeProblem } from './describe.ts';
import type { Scope } from './language.ts';
import { parseFilter } from './parse.ts';
import { STORED, TRAFFIC } from './scopes.ts';

function problemOf<S>(line: string, scope: Scope<S>): string {
  const parsed = parseFilter(line, scope);
  return parsed.ok ? 'parsed' : describeProblem(parsed.problem, 'en');
}
const TRAFFIC_KEYS =
  'cache, reason, host, path, url, method, status, type, size, time, age, ttl, proto, client, app, error, op, note, color, is, body, req.body, res.body';
const STORED_KEYS = 'host, path, url, method, status, type, size, age, ttl, hits, tag, variant, is, body, res.body';

describe('what is said of a filter that does not parse: what, where, and what would be accepted', () => {
  test.each([
    [
      'cache:maybe',
      '“maybe” is not a valid value for this key (at column 7); accepted: hit, miss, bypass, stale, revalidated, error',
    ],
    ['status:9xx', '“9xx” is not a valid value for this key (at column 8); accepted: 404, 5xx, 200-299'],
    ['size>lots', '“lots” is not a valid value for this key (at column 6); accepted: 512, 100kb, 1.5mb'],
    ['time>1x', '“1x” is not a valid value for this key (at column 6); accepted: 300ms, 2s, 1.5min'],
    ['host:', 'host: needs a value (at column 6)'],
    [
      'cache:hit colour:red',
      `there is no key “colour”; put quotes around it to search for text (at column 11); accepted: ${TRAFFIC_KEYS}`,
    ],
    ['host>5', 'host> cannot be asked of this key (at column 1); accepted: :, =, ~'],
    ['time~5', 'time~ cannot be asked of this key (at column 1); accepted: :, =, >, <, >=, <='],
    ['is~x', 'is~ cannot be asked of this key (at column 1); accepted: :'],
    ['"open', 'a quotation mark is not closed (at column 1)'],
    ['(cache:hit', 'a bracket is not closed (at column 1)'],
    ['cache:hit )', 'a closing bracket has no opening one (at column 11)'],
    ['cache:hit or', 'something must follow “or” (at column 11)'],
    ['or cache:hit', 'something must follow “or” (at column 1)'],
    ['()', 'something must follow “(” (at column 2)'],
    ['/[/', '/[/ is not a valid pattern (at column 1)'],
    ['url~(', '/(/ is not a valid pattern (at column 5)'],
    [
      'url~(a)\\1',
      '/(a)\\1/ needs look-around, back-references or too many repetitions, which are not supported (at column 5)',
    ],
    [`${'body:a '.repeat(17)}`, 'more than 16 terms ask about fields or bodies (at column 113)'],
    [
      'is:marked',
      '“marked” is not a valid value for this key (at column 4); accepted: pending, open, done, failed, left, error, tunnel, intercepted, accepted, stored, not-stored, collapsed, cached, reload, fixable',
    ],
    ['hits>3', `“hits” is not known of what is listed here (at column 1); accepted: ${TRAFFIC_KEYS}`],
  ])('%s', (line, message) => expect(problemOf(line, TRAFFIC)).toBe(message));

  test.each([
    ['time>1s', `“time” is not known of what is listed here (at column 1); accepted: ${STORED_KEYS}`],
    ['req.body:x', `“req.body” is not known of what is listed here (at column 1); accepted: ${STORED_KEYS}`],
    ['hits>many', '“many” is not a valid value for this key (at column 6); accepted: 0, 10'],
  ])('of stored responses: %s', (line, message) => expect(problemOf(line, STORED)).toBe(message));

  test('in Russian', () => {
    const parsed = parseFilter('time>1x', TRAFFIC);
    expect(parsed.ok ? '' : describeProblem(parsed.problem, 'ru')).toBe(
      '«1x» этому ключу не подходит (позиция 6); подходит: 300ms, 2s, 1.5min',
    );
  });
});

describe('a filter in plain words, with the unit of every amount', () => {
  test.each([
    ['', 'everything', 'всё'],
    ['cache:miss -type:image', 'cache outcome is MISS and not type is image', 'исход кэша — MISS и не (тип — image)'],
    [
      'host:*.example.com status:5xx',
      'host matches *.example.com and status is 5xx',
      'хост подходит под *.example.com и код — 5xx',
    ],
    ['time>1', 'time over 1 ms', 'время больше 1 мс'],
    [
      'age>90 ttl<1h',
      'age over 1 min 30 s and freshness left under 1 h',
      'возраст больше 1 мин 30 с и осталось свежести меньше 1 ч',
    ],
    [
      'size>100kb or time:300ms',
      'size over 100 KiB or time at least 300 ms',
      'размер больше 100 КиБ или время не меньше 300 мс',
    ],
    [
      '"free text" /re.*x/',
      'contains “free text” and URL matches /re.*x/',
      'есть «free text» и URL подходит под /re.*x/',
    ],
    ['note:* color:red', 'note is there and colour is red', 'заметка есть и цвет — red'],
    ['host=a.example', 'host is a.example', 'хост — a.example'],
    ['a (b or c)', 'contains “a” and (contains “b” or contains “c”)', 'есть «a» и (есть «b» или есть «c»)'],
    ['-(a or b)', 'not (contains “a” or contains “b”)', 'не (есть «a» или есть «b»)'],
    ['-(a b)', 'not (contains “a” and contains “b”)', 'не (есть «a» и есть «b»)'],
    ['path~^/v\\d', 'path matches the pattern /^/v\\d/', 'путь подходит под шаблон /^/v\\d/'],
    [
      'res.cache-control:no-store req.cookie:* body:token',
      'response field cache-control contains no-store and request field cookie is there and a body contains token',
      'поле ответа cache-control содержит no-store и поле запроса cookie есть и одно из тел содержит token',
    ],
  ])('%s', (line, en, ru) => {
    const parsed = parseFilter(line, TRAFFIC);
    const node = parsed.ok ? (parsed.filter?.node ?? null) : undefined;
    expect(node === undefined ? 'not parsed' : describeFilter(node, 'en')).toBe(en);
    expect(node === undefined ? 'not parsed' : describeFilter(node, 'ru')).toBe(ru);
  });
});
