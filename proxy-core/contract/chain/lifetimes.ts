/** Which lifetime the fields that reached us give a hop (RFC 9111 §4.2.1, RFC 9213 §2.2, documentation of the products). */
import type { LifetimeRule } from './chain.ts';
import { evidenceOf, splitList, wholeNumber, type Line, type Lines } from './lines.ts';
import { PRODUCTS, type ProductId } from './products.ts';

/** Longer ones mean the same (RFC 9111 §1.2.2). */
const MAX_SECONDS = 2_147_483_648;

/** Names as people write them. */
const TITLES: Readonly<Record<string, string>> = {
  'cdn-cache-control': 'CDN-Cache-Control',
  'cloudflare-cdn-cache-control': 'Cloudflare-CDN-Cache-Control',
  'netlify-cdn-cache-control': 'Netlify-CDN-Cache-Control',
  'vercel-cdn-cache-control': 'Vercel-CDN-Cache-Control',
  'surrogate-control': 'Surrogate-Control',
  'edge-control': 'Edge-Control',
  'cache-control': 'Cache-Control',
  expires: 'Expires',
};

interface Directive {
  name: string;
  argument: string | undefined;
  line: Line;
}

/** The rule for a cache: its targeted fields first, then Cache-Control and Expires as far as they are for it. */
export function lifetimeOf(lines: Lines, product: ProductId | undefined): LifetimeRule | undefined {
  const spec = product === undefined ? undefined : PRODUCTS[product];
  for (const field of spec?.targeted ?? []) {
    const directives = read(lines, field);
    if (directives.length > 0) return ruleOf(field, directives, true);
  }
  if (spec?.plain === 'unseen') return undefined;
  // Fastly, "About cache control headers": no-cache and no-store are for browsers.
  const directives = read(lines, 'cache-control').filter(
    ({ name }) => product !== 'fastly' || (name !== 'no-cache' && name !== 'no-store'),
  );
  return ruleOf('cache-control', directives, true) ?? expiresOf(lines);
}

/** The rule for a browser: a private cache (RFC 9111 §5.2.2.10: s-maxage is not for it). */
export function clientLifetimeOf(lines: Lines): LifetimeRule | undefined {
  return ruleOf('cache-control', read(lines, 'cache-control'), false) ?? expiresOf(lines);
}

function ruleOf(field: string, directives: readonly Directive[], shared: boolean): LifetimeRule | undefined {
  const rule = (seconds: number, { name, line, argument }: Directive): LifetimeRule => ({
    seconds,
    field: TITLES[field] ?? field,
    directive: name,
    evidence: evidenceOf(line, argument === undefined ? name : `${name}=${argument}`),
  });
  for (const never of shared
    ? ['no-store', '!no-store', 'bypass-cache', 'private', 'no-cache']
    : ['no-store', 'no-cache']) {
    // With field names it is about those fields only (RFC 9111 §5.2.2.4, §5.2.2.7).
    const found = directives.find(({ name, argument }) => name === never && (argument ?? '') === '');
    if (found !== undefined && never !== '!no-store') return rule(0, found);
  }
  for (const wanted of shared ? ['s-maxage', 'cache-maxage', 'max-age'] : ['max-age']) {
    const found = directives.find(({ name }) => name === wanted);
    if (found === undefined) continue;
    // What is no number means stale (RFC 9111 §4.2.1).
    return rule(secondsOf(found.argument ?? '', field) ?? 0, found);
  }
  return undefined;
}

/** delta-seconds; Surrogate-Control adds the time stale with `+`, Edge-Control has units. */
function secondsOf(argument: string, field: string): number | undefined {
  let text = argument;
  let unit = 1;
  if (field === 'surrogate-control') text = text.split('+', 1)[0] ?? '';
  if (field === 'edge-control') {
    unit = { s: 1, m: 60, h: 3600, d: 86_400 }[text.slice(-1)] ?? 0;
    if (unit === 0) unit = 1;
    else text = text.slice(0, -1);
  }
  const number = digits(text);
  return number === undefined ? undefined : Math.min(number * unit, MAX_SECONDS);
}

function digits(text: string): number | undefined {
  if (text === '') return undefined;
  for (const c of text) if (c < '0' || c > '9') return undefined;
  return wholeNumber(text) ?? MAX_SECONDS;
}

/** Expires against Date (RFC 9111 §5.3). Other forms of a date than the usual one say nothing here. */
function expiresOf(lines: Lines): LifetimeRule | undefined {
  const line = lines.first('expires');
  if (line === undefined) return undefined;
  const rule = (seconds: number): LifetimeRule => ({
    seconds,
    field: 'Expires',
    directive: '',
    evidence: evidenceOf(line),
  });
  // 0 and -1 are the usual ways to say "already".
  if (line.value === '0' || line.value === '-1') return rule(0);
  const until = dateOf(line.value);
  const from = dateOf(lines.first('date')?.value ?? '');
  return until === undefined || from === undefined ? undefined : rule(Math.max(0, (until - from) / 1000));
}

/** IMF-fixdate (RFC 9110 §5.6.7), ms. */
function dateOf(text: string): number | undefined {
  if (text.length !== 29 || !text.endsWith(' GMT') || text[3] !== ',') return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Directives of all lines of a field; the first of a name counts. */
function read(lines: Lines, field: string): Directive[] {
  return lines
    .all(field)
    .flatMap((line) =>
      splitList(line.value, ',').map((text) => {
        // Surrogate-Control names whom it is for behind a semicolon.
        const said = field === 'surrogate-control' ? (text.split(';', 1)[0] ?? '') : text;
        const equals = said.indexOf('=');
        const name = (equals < 0 ? said : said.slice(0, equals)).trim().toLowerCase();
        const argument = equals < 0 ? undefined : said.slice(equals + 1).trim();
        const bare =
          argument !== undefined && argument.length > 1 && argument.startsWith('"') && argument.endsWith('"')
            ? argument.slice(1, -1)
            : argument;
        return { name, argument: bare, line };
      }),
    )
    .filter(({ name }) => name !== '');
}
