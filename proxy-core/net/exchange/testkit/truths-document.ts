/** docs/explained-exchanges.md: the chosen cases of `truths/` as a person reads them. */
import { specUrl } from '../../../contract/reasons.ts';
import { parse } from './story.ts';
import { CHAPTERS } from './truths-chapters.ts';
import { readTruths, type Truth } from './truths.ts';

const BROKEN: Record<string, string> = {
  '(ECONNREFUSED)': 'refuses the connection',
  '(ECONNRESET)': 'breaks the connection off',
  '(broken)': 'breaks the connection off',
};

const FLAGS: Record<string, (value: unknown) => string | []> = {
  ignoreClientControl: () => '--ignore-client-cache-control',
  mode: (value) => `--cache-mode ${String(value)}`,
  ttlSeconds: (value) => (value === 0 ? [] : `--cache-ttl-seconds ${String(value)}`),
  capacity: (value) => `--cache-capacity ${String(value)}`,
  maxBodyBytes: (value) => `--max-cache-body-size ${String(value)}`,
  cdnCacheControl: () => '--cdn-cache-control',
  intercept: (value) => `--intercept ${String(value)}`,
  hosts: (value) => `--intercept-hosts ${String(value)}`,
  except: (value) => `--intercept-except ${String(value)}`,
};

/** `200 [X: y]` as `200   X: y`. */
function message(what: string): string {
  const { words, fields } = parse(what);
  const lines: string[] = [];
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`);
  const start = words.filter((word) => word !== '...').join(' ');
  return lines.length === 0 ? start : `${start}   ${lines.join('; ')}`;
}

/** A line of a script in words; nothing for what only ends a message. */
function inWords(line: string): string[] {
  const [, mark = '', rest = ''] = /^(>>|<=|--) (.*)$/.exec(line) ?? [];
  const put = (who: string, what: string): string[] => [`${who.padEnd(10)}  ${what}`];
  if (mark === '--') {
    const [word = '', value = ''] = rest.split(' ');
    return put('', value === 's' ? `${word} s later` : word === 'purge' ? `${value} is removed by hand` : rest);
  }
  // In cases about connections the origin answers whatever comes next.
  const named = /^([A-Z]|\d) (.*)$/.exec(rest);
  const [name = '', what = ''] = named === null ? ['', rest] : [named[1], named[2]];
  if (what === 'end') return [];
  const who = mark === '>>' ? `client ${name}` : `origin ${name}`;
  if (what === '(gone)') return put(who, 'goes away');
  if (what.startsWith('(')) return put(who, BROKEN[what] ?? what);
  if (what === 'TLS') return put(who, 'begins TLS in the tunnel');
  if (what.startsWith('curl ')) return put(who, `${what} (without the CA)`);
  return put(who, message(what));
}

function settings({ bounds }: Truth): string[] {
  const flags = Object.entries(bounds).flatMap(([key, value]) => FLAGS[key]?.(value) ?? []);
  return flags.length === 0 ? [] : [`With \`${flags.join(' ')}\`.`, ''];
}

/** What is said of one exchange. */
function told([en = '', ru = '', status = '', ...rest]: readonly string[]): string[] {
  const after = (mark: string): string[] =>
    rest.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
  const advice = after('? ').filter((line) => line !== '-');
  const russian = after('?? ');
  return [
    `> **${en.replace(': ', ':** ')}`,
    ...(advice.length === 0 ? [] : ['>', `> What would make it a hit: ${advice.join(' Or: ')}`]),
    '>',
    `> **${ru.replace(': ', ':** ')}`,
    ...(russian.length === 0 ? [] : ['>', `> При чём это было бы попаданием: ${russian.join(' Или: ')}`]),
    '',
    ...after('. ').map((line) => `- ${line}`),
    ...(status === '-' ? [] : [`- \`Cache-Status: ${status}\``]),
    '',
  ];
}

/** Which exchange it is said of, where there are several: the cache's own questions come after those of clients. */
function ofWhich({ script }: Truth, id: number): string[] {
  const asked = script.split('\n').filter((line) => /^>> \d (?!CONNECT|TLS)[A-Z]+ /.test(line)).length;
  if (asked < 2 && id <= 1) return [];
  return [id > asked ? 'Of the question in the background:' : `Of request ${id}:`, ''];
}

function written(truth: Truth, heading: string): string[] {
  const [, rfc = '', section = ''] = /^RFC (\d+) ([\d.]+)$/.exec(truth.clause) ?? [];
  const spec = `RFC ${rfc} §${section}`;
  return [
    `### ${heading}`,
    '',
    ...settings(truth),
    '```',
    ...truth.script.split('\n').flatMap(inWords),
    '```',
    '',
    ...truth.said.flatMap(({ id, lines }) => [...ofWhich(truth, id), ...told(lines)]),
    `By [${spec}](${specUrl(spec) ?? ''}).`,
    '',
  ];
}

/** The document; fails for a case that is not there. */
export function writeDocument(files: readonly string[]): string {
  const truths = new Map(files.map((file) => [file, readTruths(file)]));
  const total = [...truths.values()].reduce((sum, cases) => sum + cases.length, 0);
  const find = (file: string, title: string): Truth => {
    const found = truths.get(`${file}.txt`)?.find((truth) => truth.title === title);
    if (found === undefined) throw new Error(`no case "${title}" in ${file}.txt`);
    return found;
  };
  const count = CHAPTERS.reduce((sum, { cases }) => sum + cases.length, 0);
  return [
    '# Exchanges, explained',
    '',
    `What the window says of an exchange under *Why*: ${count} of the more than ${Math.floor((total - 1) / 100) * 100} exchanges in \`proxy-core/net/exchange/truths/\`. Each is played by the tests, over the real listener wherever it can be, and every word below is compared. Written by \`truths.test.ts\`; do not edit.`,
    '',
    'First what happened: who asked what, what the origin answered, with the fields that matter; clients are numbered, each with a request of its own unless it keeps its connection; answers are lettered in the order in which the origin was asked. Then what is said of it in English and in Russian, the steps that decided, the field `Cache-Status` ([RFC 9211](https://www.rfc-editor.org/rfc/rfc9211)) of the reply, without its key, and the clause it is judged by. The settings are those delivered, unless others are named.',
    '',
    ...CHAPTERS.map(({ title }) => `- [${title}](#${title.toLowerCase().replaceAll(',', '').replaceAll(' ', '-')})`),
    '',
    ...CHAPTERS.flatMap(({ title, cases }) => [
      `## ${title}`,
      '',
      ...cases.flatMap(([file, name, heading]) => written(find(file, name), heading)),
    ]),
  ].join('\n');
}
