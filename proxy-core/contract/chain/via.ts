/** Via (RFC 9110 §7.6.3): who passed the response on, from the origin to us; some say there what their cache did. */
import type { HopState } from './chain.ts';
import type { Draft, Drafts } from './drafts.ts';
import type { Item, Lines } from './lines.ts';
import type { ProductId } from './products.ts';

/** Words in a comment or pseudonym by which products tell who they are. */
const MARKS: readonly (readonly [mark: string, product: ProductId])[] = [
  ['cloudfront', 'cloudfront'],
  ['apachetrafficserver', 'ats'],
  ['squid', 'squid'],
  ['varnish', 'varnish'],
  ['bsdm-proxy', 'bsdm'],
  ['akamaighost', 'akamai'],
  ['cloudflare', 'cloudflare'],
  ['netlify', 'netlify'],
  ['vercel', 'vercel'],
];

/** One hop for each member. */
export function readVia(lines: Lines, drafts: Drafts): void {
  const order: (Draft | undefined)[] = [];
  for (const item of lines.items('via')) {
    const { text } = item;
    // protocol SP received-by [ SP comment ]
    const space = text.indexOf(' ');
    if (space < 0) {
      drafts.unread('malformed', item.line, text);
      continue;
    }
    const rest = text.slice(space + 1).trimStart();
    const end = rest.search(/[ (]/);
    const name = end < 0 ? rest : rest.slice(0, end);
    const comment = end < 0 ? '' : rest.slice(end).trim();
    const product = productOf(name, comment);
    const draft = drafts.add({ kind: 'proxy', name, ...(product !== undefined && { product }) });
    order.push(draft);
    if (draft === undefined) continue;
    drafts.rests(draft, item.line, text);
    if (product === 'ats') readCodes(comment, draft, drafts, item);
  }
  drafts.inOrder(order);
}

function productOf(name: string, comment: string): ProductId | undefined {
  if (name.toLowerCase() === 'google') return 'google';
  const said = `${name} ${comment}`.toLowerCase();
  return MARKS.find(([mark]) => said.includes(mark))?.[1];
}

/**
 * The codes of Traffic Server, `[uScHs f p eN:t cCHp s ]` or the short `[cHs f ]`: `c` is the look into the cache, `s` what
 * the origin answered (documentation of traffic_via).
 */
function readCodes(comment: string, draft: Draft, drafts: Drafts, item: Item): void {
  const open = comment.indexOf('[');
  const close = comment.indexOf(']', open);
  if (open < 0 || close < 0) return;
  const codes = comment.slice(open + 1, close);
  const request = codes.split(':', 1)[0] ?? '';
  const c = request.indexOf('c');
  const look = request[c + 1] ?? '';
  const s = request.indexOf('s', c + 2);
  const origin = request[s + 1] ?? '';
  if (c < 0 || s < 0) return drafts.unread('value', item.line, item.text);
  const state = stateOf(look, origin);
  if (state === undefined) drafts.unread('value', item.line, item.text);
  else drafts.say(draft, state, `[${codes}]`, item);
}

function stateOf(look: string, origin: string): HopState | undefined {
  switch (look) {
    case 'H': // in cache, fresh
    case 'R': // the same, in RAM
      return origin === 'N' ? 'revalidated' : 'hit';
    case 'S': // in cache, stale
      return origin === 'N' ? 'revalidated' : origin === 'S' ? 'expired' : 'stale';
    case 'M':
      return 'miss';
    case 'A': // in cache, not acceptable
      return 'forwarded';
    case ' ': // no look into the cache
      return 'bypass';
    default:
      return undefined;
  }
}
