/** Cache-Status (RFC 9211): the first member is the cache nearest to the origin, each says what it did. */
import type { HopState } from './chain.ts';
import type { Draft, Drafts } from './drafts.ts';
import { MAX_MEMBERS, type Line, type Lines } from './lines.ts';
import type { ProductId } from './products.ts';
import { parseList, type BareItem, type Member } from './structured.ts';

/** Reasons of RFC 9211 §2.2, and what they mean for a hop. */
export const FORWARDS: ReadonlyMap<string, HopState> = new Map(
  Object.entries({
    bypass: 'bypass',
    method: 'bypass',
    'uri-miss': 'miss',
    'vary-miss': 'miss',
    miss: 'miss',
    request: 'forwarded',
    stale: 'expired',
    partial: 'miss',
  } satisfies Record<string, HopState>),
);

/** Names by which products call their caches. */
const NAMES: ReadonlyMap<string, ProductId> = new Map(
  Object.entries({
    'netlify edge': 'netlify',
    'netlify durable': 'netlify',
    'bsdm-proxy': 'bsdm',
    cloudflare: 'cloudflare',
    fastly: 'fastly',
    vercel: 'vercel',
    varnish: 'varnish',
    squid: 'squid',
    nginx: 'nginx',
  } satisfies Record<string, ProductId>),
);

const text = (item: BareItem | undefined): string | undefined =>
  item === undefined || item.type === 'boolean' ? undefined : String(item.value);
const whole = (item: BareItem | undefined): number | undefined =>
  item?.type === 'integer' && Number.isSafeInteger(item.value) ? item.value : undefined;
const flag = (item: BareItem | undefined): boolean => item?.type === 'boolean' && item.value;

/** Reads all members into hops. A line that does not parse is told, the others are read all the same. */
export function readCacheStatus(lines: Lines, drafts: Drafts): void {
  const found: { member: Member; line: Line }[] = [];
  for (const line of lines.all('cache-status')) {
    const members = parseList(line.value);
    if (members === undefined) drafts.unread('malformed', line);
    for (const member of members ?? [])
      if (found.length < MAX_MEMBERS) found.push({ member, line });
      else drafts.cut++;
  }
  const byVia = viasOf(found, drafts);
  drafts.inOrder(found.map(({ member, line }) => readMember(member, line, drafts, byVia)));
}

/** Hops of Via by product, for products that stand in both fields equally often: then they are the same, in their order. */
function viasOf(found: readonly { member: Member }[], drafts: Drafts): Map<ProductId, Draft[]> {
  const products = found.map(({ member }) => NAMES.get(nameOf(member)?.toLowerCase() ?? ''));
  const out = new Map<ProductId, Draft[]>();
  for (const product of new Set(products)) {
    if (product === undefined) continue;
    const vias = drafts.all.filter((draft) => draft.product === product);
    if (vias.length === products.filter((other) => other === product).length) out.set(product, vias);
  }
  return out;
}

function readMember(
  member: Member,
  line: Line,
  drafts: Drafts,
  byVia: ReadonlyMap<ProductId, Draft[]>,
): Draft | undefined {
  const name = nameOf(member);
  if (name === undefined) {
    drafts.unread('malformed', line, member.text);
    return undefined;
  }
  const product = NAMES.get(name.toLowerCase());
  const before = drafts.named(name);
  // A name that came before in this very field is another cache with the same name.
  const draft =
    before !== undefined && !before.evidence.some((told) => told.name.toLowerCase() === 'cache-status')
      ? before
      : ((product && byVia.get(product)?.shift()) ??
        drafts.add({ kind: 'cache', name, ...(product !== undefined && { product }) }));
  if (draft === undefined) return undefined;
  const { parameters } = member;
  const forward = text(parameters.get('fwd'));
  const status = whole(parameters.get('fwd-status'));
  if (forward !== undefined) draft.forward = forward;
  if (status !== undefined) draft.forwardStatus = status;
  if (flag(parameters.get('stored'))) draft.stored = true;
  if (flag(parameters.get('collapsed'))) draft.collapsed = true;
  const ttl = whole(parameters.get('ttl'));
  if (ttl !== undefined) draft.ttlSeconds = ttl;
  const detail = text(parameters.get('detail'));
  if (detail !== undefined) draft.detail = detail;
  const hit = flag(parameters.get('hit'));
  const item = { line, text: member.text };
  if (hit && forward === 'stale' && product === 'netlify') {
    // Its own way to say that a stale response was used while a new one is fetched.
    drafts.say(draft, 'stale', 'hit; fwd=stale', item);
  } else if (hit && forward !== undefined) {
    // RFC 9211 §2.2: the two exclude each other.
    drafts.say(draft, 'hit', 'hit', item);
    drafts.say(draft, FORWARDS.get(forward) ?? 'forwarded', `fwd=${forward}`, item);
  } else if (hit) drafts.say(draft, ttl !== undefined && ttl < 0 ? 'stale' : 'hit', 'hit', item);
  else if (forward !== undefined) {
    const state = FORWARDS.get(forward);
    if (state === undefined) drafts.unread('value', line, member.text);
    const revalidated = forward === 'stale' && status === 304;
    drafts.say(draft, revalidated ? 'revalidated' : (state ?? 'forwarded'), `fwd=${forward}`, item);
  } else drafts.say(draft, 'unknown', member.text, item);
  return draft;
}

/** RFC 9211 §2: a String or a Token. */
function nameOf(member: Member): string | undefined {
  if (member.type !== 'item') return undefined;
  return member.item.type === 'string' || member.item.type === 'token' ? member.item.value : undefined;
}
