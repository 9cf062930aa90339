/**
 * The fast freshness and Vary code against plain, slow versions written straight from the text of the standard, over
 * seeded random messages. The numbers of cases are those of the constants below.
 */
import { describe, expect, it } from 'vitest';
import { varyKeyOf, varyNames, findVaryDifference } from './vary.ts';
import { computeBornAtMs, computeLifetime, effectiveDirectives } from './freshness.ts';
import { Head } from '../../http/head.ts';
import { makePolicy, makeRandom, T0 } from '../testkit/make.ts';

const FRESHNESS_CASES = 40_000;
const VARY_CASES = 40_000;

const random = makeRandom(9111);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const chance = (share: number): boolean => random() < share;
const date = (deltaSeconds: number): string => new Date(T0 + deltaSeconds * 1000).toUTCString();

/** Directives of a value, by hand: first occurrence, quotes taken off. */
function plainDirectives(values: readonly string[]): Map<string, string | null> {
  const out = new Map<string, string | null>();
  const text = values.join(', ');
  let item = '';
  let quoted = false;
  const items: string[] = [];
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    if (char === ',' && !quoted) {
      items.push(item);
      item = '';
    } else item += char;
  }
  items.push(item);
  for (const one of items) {
    const trimmed = one.trim();
    const equals = trimmed.indexOf('=');
    const name = (equals < 0 ? trimmed : trimmed.slice(0, equals)).toLowerCase();
    if (name === '' || /\s/.test(name) || out.has(name)) continue;
    out.set(name, equals < 0 ? null : trimmed.slice(equals + 1).replace(/^"(.*)"$/, '$1'));
  }
  return out;
}

const plainSeconds = (text: string | null): number =>
  text !== null && /^[0-9]+$/.test(text) ? Math.min(Number(text), 2_147_483_647) : 0;

function values(fields: readonly string[], name: string): string[] {
  return fields.filter((_, index) => index % 2 === 1 && fields[index - 1]!.toLowerCase() === name);
}

/** RFC 9111 §4.2.1 and §4.2.2, word for word. */
function plainLifetime(status: number, fields: readonly string[], ttl: number, authorization: boolean): number {
  const directives = plainDirectives(values(fields, 'cache-control'));
  if (directives.has('s-maxage')) return plainSeconds(directives.get('s-maxage')!);
  if (directives.has('max-age')) return plainSeconds(directives.get('max-age')!);
  const dateText = values(fields, 'date')[0];
  const dateMs = dateText === undefined || Number.isNaN(Date.parse(dateText)) ? T0 : Date.parse(dateText);
  const expires = values(fields, 'expires')[0];
  if (expires !== undefined) {
    const ms = /GMT$/.test(expires) ? Date.parse(expires) : Number.NaN;
    return Number.isNaN(ms) ? 0 : (ms - dateMs) / 1000;
  }
  const heuristic =
    [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501].includes(status) || directives.has('public');
  if (!heuristic || directives.has('no-cache')) return 0;
  const modified = values(fields, 'last-modified')[0];
  if (modified !== undefined && !Number.isNaN(Date.parse(modified)) && Date.parse(modified) < dateMs)
    return Math.min(86_400, Math.floor((dateMs - Date.parse(modified)) / 1000 / 10));
  return authorization ? 0 : ttl;
}

/** RFC 9111 §4.2.3: corrected initial age, in seconds. */
function plainInitialAge(fields: readonly string[], requestAtMs: number, responseAtMs: number): number {
  const dateText = values(fields, 'date')[0];
  const dateMs = dateText === undefined ? Number.NaN : Date.parse(dateText);
  const apparent = Number.isNaN(dateMs) ? 0 : Math.max(0, Math.floor(responseAtMs / 1000) - dateMs / 1000);
  const age = values(fields, 'age')[0]?.split(',')[0]?.trim();
  const corrected = (age !== undefined && /^[0-9]+$/.test(age) ? Number(age) : 0) + (responseAtMs - requestAtMs) / 1000;
  return Math.max(apparent, corrected);
}

function randomFields(): string[] {
  const out: string[] = [];
  const seconds = (): string => pick(['0', '1', '60', '3600', '007', '-5', 'x', '1.5', '"60"', '99999999999']);
  for (let i = Math.floor(random() * 3); i > 0; i--) {
    const directives: string[] = [];
    for (let j = Math.floor(random() * 4); j >= 0; j--) {
      directives.push(
        pick([
          `max-age=${seconds()}`,
          `s-maxage=${seconds()}`,
          'public',
          'no-cache',
          'must-revalidate',
          `x="max-age=${seconds().replace(/"/g, '')}"`,
          'Max-Age=30',
          'immutable',
          '',
          'max-age =9',
          'foo',
        ]),
      );
    }
    out.push(pick(['Cache-Control', 'cache-control']), directives.join(pick([',', ', ', ' , '])));
  }
  if (chance(0.7)) out.push('Date', pick([date(0), date(-30), date(40), 'foo']));
  if (chance(0.4)) out.push('Expires', pick([date(100), date(-100), date(-90_000_000), date(0), '0', 'never']));
  if (chance(0.5)) out.push('Last-Modified', pick([date(-1000), date(-5), date(50), date(-90_000_000)]));
  if (chance(0.4)) out.push('Age', pick(['0', '30', '30, 5', 'x', '-3', '5.0']));
  return out;
}

describe('against plain versions', () => {
  it(`freshness lifetime and initial age: ${FRESHNESS_CASES} random responses`, () => {
    for (let i = 0; i < FRESHNESS_CASES; i++) {
      const fields = randomFields();
      const head = new Head(fields);
      const status = pick([200, 201, 301, 302, 404, 500, 599]);
      const ttlSeconds = pick([0, 0, 300]);
      const authorization = chance(0.2);
      const policy = makePolicy({ ttlSeconds });
      const requestAtMs = T0 - Math.floor(random() * 3000);
      const told = computeLifetime(status, head, effectiveDirectives(head, policy), policy, T0, authorization);
      const bornAtMs = computeBornAtMs(head, requestAtMs, T0);
      const context = `${status} ${JSON.stringify(fields)}`;
      if (told.seconds !== plainLifetime(status, fields, ttlSeconds, authorization))
        expect.fail(
          `lifetime ${told.seconds}, plainly ${plainLifetime(status, fields, ttlSeconds, authorization)}: ${context}`,
        );
      if (Math.abs((T0 - bornAtMs) / 1000 - plainInitialAge(fields, requestAtMs, T0)) > 1e-6)
        expect.fail(`age ${(T0 - bornAtMs) / 1000}, plainly ${plainInitialAge(fields, requestAtMs, T0)}: ${context}`);
    }
  });

  it(`Vary: ${VARY_CASES} random pairs of requests`, () => {
    const request = (): string[] => {
      const out: string[] = [];
      for (let i = Math.floor(random() * 5); i > 0; i--) {
        out.push(
          pick(['Foo', 'foo', 'Bar', 'Accept-Language', 'Accept-Encoding', 'X']),
          pick([
            '',
            '1',
            '1,2',
            '1 , 2',
            '1 \t ,\t 2',
            ' , 1',
            ',,',
            '2',
            'en, de',
            'DE,en',
            'en;q=0.5',
            'gzip, br',
            'br,gzip',
            'x-gzip',
          ]),
        );
      }
      return out;
    };
    let matches = 0;
    for (let i = 0; i < VARY_CASES; i++) {
      const names = pick([
        'Foo',
        'foo, Bar',
        'Accept-Language',
        'Accept-Encoding, Foo',
        ', Bar ,',
        'Accept-Language, accept-language',
      ]);
      const first = request();
      const second = chance(0.3) ? first.slice() : request();
      const selecting = varyNames(new Head(['Vary', names]));
      if (selecting === '*') throw new Error('no star was given');
      const fast = findVaryDifference(varyKeyOf(selecting, new Head(first)), new Head(second), undefined) === undefined;
      const plain = names
        .split(',')
        .map((name) => name.trim().toLowerCase())
        .filter((name) => name !== '')
        .every((name) => plainSame(name, values(first, name), values(second, name)));
      if (fast !== plain)
        expect.fail(`${fast ? 'matches' : 'differs'}, plainly not so: ${names} ${JSON.stringify([first, second])}`);
      if (fast) matches++;
    }
    // The sample is of use only when both outcomes are common.
    expect(matches).toBeGreaterThan(VARY_CASES / 10);
    expect(matches).toBeLessThan((VARY_CASES * 9) / 10);
  });
});

/** Two requests say the same in a field: as multisets of members for the weighted lists, else as members in order. */
function plainSame(name: string, first: string[], second: string[]): boolean {
  if (first.length === 0 || second.length === 0) return first.length === second.length;
  const members = (lines: string[]): string[] =>
    lines
      .join(',')
      .split(',')
      .map((item) => item.trim());
  if (name !== 'accept-language' && name !== 'accept-encoding')
    return members(first).join('|') === members(second).join('|');
  const weighted = (lines: string[]): string =>
    members(lines)
      .filter((item) => item !== '')
      .map((item) => item.toLowerCase().replace(/\s/g, ''))
      .map((item) => (name === 'accept-encoding' ? item.replace(/^x-gzip/, 'gzip') : item))
      .sort()
      .join('|');
  return weighted(first) === weighted(second);
}
