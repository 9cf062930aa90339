/**
 * X-Cache and its relatives, which everybody writes in their own way: `HIT from name` (Squid), `Hit from cloudfront`,
 * `TCP_HIT from a1-2-3-4 (AkamaiGHost/…)`, `MISS, HIT` with X-Served-By (Fastly), `hit-fresh` (Traffic Server's xdebug).
 */
import type { HopState } from './chain.ts';
import type { Draft, Drafts } from './drafts.ts';
import { wholeNumber, type Item, type Lines } from './lines.ts';
import { NGINX, sayWord, type Words } from './vendors.ts';

/** CloudFront, "Response headers policies" and the result types of its logs. */
const CLOUDFRONT: Words = {
  HIT: 'hit',
  REFRESHHIT: 'revalidated',
  ORIGINSHIELDHIT: 'hit',
  MISS: 'miss',
  ERROR: 'failed',
  REDIRECT: 'generated',
  LIMITEXCEEDED: 'failed',
  CAPACITYEXCEEDED: 'failed',
  FUNCTIONGENERATEDRESPONSE: 'generated',
  FUNCTIONEXECUTIONERROR: 'failed',
  LAMBDAGENERATEDRESPONSE: 'generated',
};

/** Akamai, "Pragma headers". */
const AKAMAI: Words = {
  TCP_HIT: 'hit',
  TCP_MEM_HIT: 'hit',
  TCP_IMS_HIT: 'hit',
  TCP_NEGATIVE_HIT: 'hit',
  TCP_MISS: 'miss',
  TCP_REFRESH_HIT: 'revalidated',
  TCP_REFRESH_MISS: 'expired',
  TCP_REFRESH_FAIL_HIT: 'stale',
};

/** Akamai, "Return Cache Status": `Hit from child, Miss from parent`, by default in Akamai-Cache-Status. */
const AKAMAI_STATUS: Words = {
  HIT: 'hit',
  MISS: 'miss',
  REFRESHHIT: 'revalidated',
  HITSTALE: 'stale',
  NOTCACHEABLE: 'bypass',
  CONSTRUCTED: 'generated',
  REDIRECT: 'generated',
  ERROR: 'failed',
};

/** Azure Front Door, "Caching with Azure Front Door". */
const AZURE: Words = {
  TCP_HIT: 'hit',
  TCP_REMOTE_HIT: 'hit',
  TCP_MISS: 'miss',
  PRIVATE_NOSTORE: 'bypass',
  CONFIG_NOCACHE: 'bypass',
  CACHE_NOCONFIG: 'bypass',
};

/** Traffic Server, plugin xdebug. */
const XDEBUG: Words = {
  'HIT-FRESH': 'hit',
  'HIT-STALE': 'expired',
  MISS: 'miss',
  NONE: 'bypass',
  SKIPPED: 'bypass',
};

/** What a bare word means, whoever says it. */
const BARE: Words = { ...NGINX, PASS: 'bypass' };

export function readXCache(lines: Lines, drafts: Drafts): void {
  const bare: Item[] = [];
  const order: (Draft | undefined)[] = [];
  for (const item of lines.items('x-cache')) {
    const from = item.text.toLowerCase().indexOf(' from ');
    if (from > 0) order.push(readFrom(item, item.text.slice(0, from), item.text.slice(from + 6).trim(), drafts));
    else if (readKnown(item, drafts)) continue;
    else bare.push(item);
  }
  drafts.inOrder(order);
  readBare(lines, drafts, bare);
  for (const item of lines.items('x-cache-remote')) {
    // Akamai: what the parent did, told by the edge.
    const [said = ''] = item.text.split(' from ', 1);
    const edge = drafts.of('akamai');
    const parent = drafts.add({ kind: 'cache', product: 'akamai', name: 'parent' });
    if (parent !== undefined) sayWord(drafts, parent, AKAMAI, item, said.trim());
    drafts.inOrder([parent, edge]);
  }
  readAkamaiStatus(lines, drafts);
  for (const item of lines.items('x-cache-status')) own(item, drafts, lines);
  for (const item of lines.items('x-cache-lookup')) lookup(item, drafts);
  // Squid says hit, in Cache-Status too, when it had asked and its stored response was confirmed (its src/LogTags.cc).
  for (const draft of drafts.all) if (draft.product === 'squid' && draft.state === 'hit') draft.mayHaveAsked = true;
}

/** `WORD from NAME`. */
function readFrom(item: Item, said: string, rest: string, drafts: Drafts): Draft | undefined {
  const name = rest.split(' ', 1)[0] ?? '';
  if (name.toLowerCase() === 'cloudfront') {
    const draft = drafts.of('cloudfront');
    // `LambdaGeneratedResponse`, `Lambda Generated Response`
    if (draft !== undefined) sayWord(drafts, draft, withBlanks(CLOUDFRONT, said), item, said);
    return draft;
  }
  if (said.toUpperCase().startsWith('TCP_') && (rest.includes('(Akamai') || name.includes('.akamai'))) {
    const draft = drafts.of('akamai');
    if (draft === undefined) return undefined;
    draft.name ??= name.slice(0, 100);
    sayWord(drafts, draft, AKAMAI, item, said);
    return draft;
  }
  const draft = byName(name, drafts) ?? drafts.add({ kind: 'cache', name: withoutPort(name) });
  if (draft === undefined) return undefined;
  sayWord(drafts, draft, { HIT: 'hit', MISS: 'miss' }, item, said);
  // Usually Squid; see below.
  if (draft.state === 'hit') draft.mayHaveAsked = true;
  return draft;
}

/** The same table, found by a word with blanks in it. */
function withBlanks(words: Words, said: string): Words {
  const known = said.replaceAll(' ', '').toUpperCase();
  return Object.hasOwn(words, known) ? { [said.toUpperCase()]: words[known]! } : words;
}

function withoutPort(name: string): string {
  const colon = name.lastIndexOf(':');
  return colon > 0 && wholeNumber(name.slice(colon + 1)) !== undefined ? name.slice(0, colon) : name;
}

const byName = (name: string, drafts: Drafts): Draft | undefined =>
  drafts.named(name) ?? drafts.named(withoutPort(name));

/** Words that only one product uses. */
function readKnown(item: Item, drafts: Drafts): boolean {
  const said = item.text.toUpperCase();
  if (said.startsWith('TCP_') || said.endsWith('_NOSTORE') || said.endsWith('_NOCACHE') || said === 'CACHE_NOCONFIG') {
    const azure = drafts.all.some(({ product }) => product === 'azure');
    const akamai = drafts.all.some(({ product }) => product === 'akamai');
    const draft = azure ? drafts.of('azure') : akamai ? drafts.of('akamai') : drafts.add({ kind: 'cache' });
    if (draft === undefined) return true;
    // Where the two do not agree on a word, it is nobody's.
    const words = azure ? AZURE : akamai ? AKAMAI : { TCP_HIT: 'hit' as HopState, TCP_MISS: 'miss' as HopState };
    sayWord(drafts, draft, words, item);
    return true;
  }
  if (said === 'HIT-FRESH' || said === 'HIT-STALE' || said === 'SKIPPED') {
    const draft = drafts.of('ats');
    if (draft !== undefined) sayWord(drafts, draft, XDEBUG, item);
    return true;
  }
  return false;
}

/** Words without a name: Fastly's by X-Served-By, from the right; then of the one cache they can be of. */
function readBare(lines: Lines, drafts: Drafts, bare: readonly Item[]): void {
  const served = lines.items('x-served-by').filter(({ text }) => isFastlyNode(text));
  const hits = lines.items('x-cache-hits');
  let left = bare.length;
  if (served.length > 0) {
    // Fastly calls itself varnish in Via; the nearest of those are its caches.
    const vias = drafts.all.filter(({ kind, name }) => kind === 'proxy' && name === 'varnish');
    const order: (Draft | undefined)[] = [];
    for (let i = served.length - 1; i >= 0; i--) {
      const node = served[i]!;
      const draft = vias.pop() ?? drafts.add({ kind: 'cache' });
      if (draft === undefined) break;
      Object.assign(draft, { kind: 'cache', product: 'fastly', name: node.text.slice(0, 100) });
      const pop = node.text.slice(node.text.lastIndexOf('-') + 1);
      if (pop !== node.text && pop.length <= 5) draft.pop = pop;
      drafts.rests(draft, node.line, node.text);
      const said = left > 0 ? bare[--left] : undefined;
      // Its MISS may be a pass, its HIT a stale or a made one: "X-Cache" says no more.
      if (said !== undefined) sayWord(drafts, draft, { HIT: 'hit', MISS: 'miss' }, said);
      const count = wholeNumber(hits[hits.length - (served.length - i)]?.text ?? '');
      if (count !== undefined) draft.hits = count;
      order.unshift(draft);
    }
    drafts.inOrder(order);
  }
  const rest = bare.slice(0, left);
  if (rest.length === 0) return;
  const candidates = drafts.all.filter(mayWrite);
  if (rest.length === 1 && candidates.length <= 1) {
    const draft = candidates[0] ?? drafts.add({ kind: 'cache' });
    if (draft === undefined) return;
    sayWord(drafts, draft, BARE, rest[0]!);
    const count = hits.length === 1 && served.length === 0 ? wholeNumber(hits[0]!.text) : undefined;
    if (count !== undefined) draft.hits = count;
  } else if (candidates.length === 0)
    drafts.inOrder(
      rest.map((item) => {
        const draft = drafts.add({ kind: 'cache' });
        if (draft !== undefined) sayWord(drafts, draft, BARE, item);
        return draft;
      }),
    );
  else for (const item of rest) drafts.unread('ambiguous', item.line, item.text);
}

/** Products that write a bare X-Cache where their configuration says so, and caches that nothing is known of. */
function mayWrite({ kind, product }: Draft): boolean {
  return (
    kind !== 'application' && (product === undefined || ['varnish', 'nginx', 'squid', 'ats', 'bsdm'].includes(product))
  );
}

function isFastlyNode(text: string): boolean {
  return text.startsWith('cache-');
}

function readAkamaiStatus(lines: Lines, drafts: Drafts): void {
  const found = lines.items('akamai-cache-status').map((item) => {
    const [said = '', who = ''] = item.text.split(' from ');
    const parent = who.trim().toLowerCase() === 'parent';
    const draft = parent ? drafts.add({ kind: 'cache', product: 'akamai', name: 'parent' }) : drafts.of('akamai');
    if (draft !== undefined) sayWord(drafts, draft, AKAMAI_STATUS, item, said.trim());
    return draft;
  });
  // The child, which is the edge, comes first.
  drafts.inOrder(found.reverse());
}

/** X-Cache-Status, as nginx is usually told to send it, and as this proxy does (the nearest takes those behind it away). */
function own(item: Item, drafts: Drafts, lines: Lines): void {
  const server = lines.first('server')?.value.toLowerCase() ?? '';
  const nginx = server.startsWith('nginx') || server.startsWith('openresty');
  const bsdm = drafts.all.filter(({ product }) => product === 'bsdm').at(-1);
  if (nginx && bsdm !== undefined) return drafts.unread('ambiguous', item.line, item.text);
  const draft = nginx ? drafts.of('nginx') : (bsdm ?? drafts.add({ kind: 'cache' }));
  if (draft !== undefined) sayWord(drafts, draft, NGINX, item);
}

/** Squid: `HIT from name:port` when it had something, whatever it did with it. Belongs to a hop that is there already. */
function lookup(item: Item, drafts: Drafts): void {
  const from = item.text.indexOf(' from ');
  const draft = from < 0 ? undefined : byName(item.text.slice(from + 6).trim(), drafts);
  const said = item.text.slice(0, Math.max(0, from)).toUpperCase();
  if (draft === undefined || !['HIT', 'MISS', 'NONE'].includes(said))
    return drafts.unread('value', item.line, item.text);
  drafts.rests(draft, item.line, item.text);
  if (said !== 'NONE') draft.found = said === 'HIT';
  if (draft.state === 'miss' && said === 'HIT') draft.state = 'forwarded';
  if (draft.state === 'miss' && said === 'NONE') draft.state = 'bypass';
}
