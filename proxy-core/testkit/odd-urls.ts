/** Odd but acceptable http URLs for tests, the same at every run. */
export function* oddUrls(count: number, hosts: readonly string[], ports: readonly string[]): Generator<string> {
  let seed = 7;
  const pick = <T>(list: readonly T[]): T => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return list[(seed >>> 8) % list.length]!;
  };
  const pieces = [
    'a',
    'B',
    '..',
    '.',
    '',
    '{1}',
    '%7e',
    '%7E',
    '~',
    '%2f',
    '%2F',
    '%zz',
    '"',
    '|',
    '^',
    '`',
    "'",
    '<',
    '>',
    '[',
    ']',
    '\\',
    ';p=1',
    '@',
    ':',
    '%00',
    '!$&()*+,=',
  ];
  const queries = ['', '?', '?a=1&b', '?/../x', '??', '?{"a":1}', '?%41', "?'", '?a=[1]'];
  for (let i = 0; i < count; i++) {
    const path = Array.from({ length: pick([0, 1, 2, 3, 5]) }, () => `/${pick(pieces)}`).join('');
    yield `${pick(['http', 'HTTP'])}://${pick(hosts)}${pick(ports)}${path}${pick(queries)}`;
  }
}
