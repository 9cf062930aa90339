/** Lines to copy: how they look, and that no path and no value leaves the place it is put into. `node bench/fix-it.ts` runs them. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import type { FieldEdit } from '../fix.ts';
import { linesFor } from './lines.ts';
import { SERVERS, type ServerName } from './servers.ts';
import { bytesOf, pathOf, plainBytes, textOf } from './path.ts';
import { javaString, jsString, pythonString, rubyString } from './quote.ts';

const EDITS: FieldEdit[] = [
  { name: 'Cache-Control', was: 'no-store', value: 'no-cache="X-A", max-age=60' },
  { name: 'Set-Cookie', was: 'sid=1', value: null },
];
const lines = (server: ServerName, path: string, edits = EDITS): string =>
  linesFor(server, edits, `http://shop.test${path}`);

describe('how they look', () => {
  test('nginx', () => {
    expect(lines('nginx', '/a/b.html?x=1')).toBe(`location = /a/b.html {
    proxy_pass http://app;  # as now
    proxy_hide_header Cache-Control;
    add_header Cache-Control 'no-cache="X-A", max-age=60' always;
    proxy_hide_header Set-Cookie;
    expires off;
}`);
    expect(lines('nginx', '/a%20b').split('\n')[0]).toBe('location ~ "^/a\\x20b$" {');
  });

  test('Apache', () => {
    expect(lines('apache', '/a')).toBe(`<LocationMatch "^/a$">
    Header onsuccess unset Cache-Control
    Header always set Cache-Control 'no-cache="X-A", max-age=60'
    Header onsuccess unset Set-Cookie
    Header always unset Set-Cookie
    <IfModule mod_expires.c>
        ExpiresActive Off
    </IfModule>
</LocationMatch>`);
  });

  test('Caddy', () => {
    expect(lines('caddy', '/a')).toBe(`header /a {
    Cache-Control \`no-cache="X-A", max-age=60\`
    -Set-Cookie
    defer
}`);
    expect(lines('caddy', '/%C3%A9%FF').split('\n')[0]).toBe('@mended path_regexp `^/\\x{e9}\\x{fffd}$`');
  });

  test('programs name the path and the fields', () => {
    for (const server of ['express', 'django', 'rails', 'spring', 'next', 'cloudflare'] as const) {
      const text = lines(server, '/a/b.html');
      expect(text).toContain('/a/b.html');
      expect(text).toContain(
        'Set-Cookie'.toLowerCase() === 'set-cookie' && server === 'django'
          ? 'cookies.clear()'
          : /set-cookie/i.exec(text)?.[0],
      );
      expect(text).toMatch(/max-age=60/);
    }
  });

  test('Next.js says what it cannot do', () => {
    const cookie = EDITS.slice(1);
    expect(lines('next', '/a', cookie)).toBe('// Set-Cookie: cannot be taken away here, only where the route sets it');
  });
});

/** Everything that means something somewhere. */
const NASTY = [
  '"', "'", '`', '\\', '$', '${HOME}', '$(id)', '{', '}', '<', '>', '#', '#{x}', '%', '%0a', '%0A%0D', '%22', '%27', '%5c', '%24',
  '%7B', '%7d', '%60', '%00', '%', '%2', '%zz', ';', ' ', '\n', '\r\n', '\t', '\u0000', '\u2028', '\u00e9', '\u{1f600}', '\ud800', '*/', '//',
  '-->', '</LocationMatch>', '/..', '/%2e%2e/', ':a', '(x)', '[x]', '*', '+', '|', '^', '&', ',', '~', '@', '=', '!', '.', '%C3%A9', '%FF',
  '\\u0022', '\\x22', '\\"', "\\'", '\\\\', '");', "');", 'location', '{{x}}', '%{x}e', '{http.request.uri}', '{$HOME}',
]; // prettier-ignore

let seed = 12;
const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
const nastyPath = (): string =>
  `/${Array.from({ length: 1 + Math.floor(random() * 8) }, () => NASTY[Math.floor(random() * NASTY.length)]!).join('')}`;

/** The one line with the path, whatever the path holds. */
const WITH_PATH: Record<ServerName, RegExp> = {
  express: /^ {2}if \(req\.path !== '(?:[A-Za-z0-9/._~=,:;@!&%?+* "-]|\\u[0-9a-f]{4})*'\) return next\(\);$/,
  nginx: /^location (?:= [A-Za-z0-9/_.-]+|~ "\^(?:[A-Za-z0-9/_-]|\\x[0-9a-f]{2})+\$") \{$/,
  apache: /^<LocationMatch "\^(?:[A-Za-z0-9/_-]|\\x[0-9a-f]{2})+\$">$/,
  caddy:
    /^(?:header [A-Za-z0-9/_.-]+ \{|@mended path_regexp `\^(?:[A-Za-z0-9/_-]|\\x[0-9a-f]{2}|\\x\{[0-9a-f]+\})+\$`)$/,
  django: /^ {8}if request\.path == "(?:[A-Za-z0-9/._~=,:;@!&%?+* -]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*":$/,
  rails: /^ {4}if env\["PATH_INFO"\] == "(?:[A-Za-z0-9/._~=,:;@!&%?+* -]|\\u[0-9a-f]{4})*"$/,
  spring: /^ {8}if \(!request\.getRequestURI\(\)\.equals\("(?:[A-Za-z0-9/._~=,:;@!&%?+* -]|\\[0-7]{3})*"\)\) \{$/,
  next: /^ {8}source: '(?:[A-Za-z0-9/._~=,:;@!&%?+* "-]|\\u[0-9a-f]{4})*',$/,
  cloudflare:
    /^const \{ pathname \} = new URL\('https:\/\/example\.com(?:[A-Za-z0-9/._~=,:;@!&%?+* "-]|\\u[0-9a-f]{4})*'\);$/,
};

/** Lines that Caddy has for a plain path and for another one. */
const isCaddyHeader = (line: string): boolean => /^header (@mended|[A-Za-z0-9/_.-]+) \{$/.test(line);

describe('2,000 hostile paths', () => {
  const paths = Array.from({ length: 2000 }, nastyPath);
  it.each(SERVERS)(
    '%s: one line holds the path, in characters that mean nothing there; the others are as ever',
    (server) => {
      const ordinary = lines(server, '/ordinary').split('\n');
      const others = (all: readonly string[]): string[] =>
        all.filter((line) => !WITH_PATH[server].test(line) && !(server === 'caddy' && isCaddyHeader(line)));
      expect(others(ordinary).length).toBe(ordinary.length - 1);
      for (const path of paths) {
        const text = lines(server, path);
        expect(text, path).toMatch(/^[\x20-\x7e\n]*$/);
        expect(others(text.split('\n')), path).toEqual(others(ordinary));
      }
    },
  );

  it('values and names cannot leave either', () => {
    for (const server of SERVERS)
      for (const piece of NASTY) {
        const name = server === 'rails' ? 'cache-control' : 'Cache-Control';
        const text = lines(server, '/a', [{ name: `Cache-Control${piece}`, was: null, value: `max-age=60${piece}` }]);
        expect(text.split('\n').length, piece).toBe(
          lines(server, '/a', [{ name: 'Cache-Control', was: null, value: 'max-age=60' }]).split('\n').length,
        );
        expect(text).toContain(name);
        expect(text).not.toMatch(/max-age=60[^\n]*[$`{}#<>]{2}/);
      }
  });
});

describe('literals', () => {
  const texts = Array.from({ length: 500 }, nastyPath).map((text) => text.replaceAll('\ud800', ''));

  it('JavaScript reads its own back', () => {
    for (const text of texts) expect((0, eval)(jsString(text))).toBe(text);
  });

  const python = ((): boolean => {
    try {
      return execFileSync('python3', ['-c', 'print(1)']).length > 0;
    } catch {
      return false;
    }
  })();
  it.skipIf(!python)('Python reads its own back (skipped where there is no python3)', () => {
    const program = `import json\nprint(json.dumps([${texts.map(pythonString).join(',')}]))`;
    expect(JSON.parse(execFileSync('python3', ['-c', program], { encoding: 'utf8' }))).toEqual(texts);
  });

  it('Ruby and Java have escapes of their own', () => {
    expect(rubyString('#{x}"é\u{1f600}')).toBe('"\\u0023\\u007bx\\u007d\\u0022\\u00e9\\u{1f600}"');
    // An escape by \u would be read before the quotation marks are looked for.
    expect(javaString('"\\é\u{1f600}\n')).toBe('"\\042\\134\\u00e9\\ud83d\\ude00\\012"');
  });
});

test('paths of URLs', () => {
  expect(pathOf('http://x.test')).toBe('/');
  expect(pathOf('http://x.test/a?b/c#d')).toBe('/a');
  expect(pathOf('http://x.test/a b\u00e9\u{1f600}')).toBe('/a%20b%E9%F0%9F%98%80');
  expect(textOf(bytesOf('/%41%zz%2'))).toBe('/A%zz%2');
  expect(textOf(plainBytes('//a/./b/../c//d/'))).toBe('/a/c/d/');
  expect(textOf(plainBytes('/../..'))).toBe('/');
  expect(textOf(plainBytes('/a/%2e%2e/b'))).toBe('/b');
});
