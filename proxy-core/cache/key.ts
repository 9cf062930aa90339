/**
 * Cache keys: lower-case hex SHA-256 of `METHOD:URL`. GET and HEAD of one URL share one stored entry, kept under the
 * key of GET. Hashing costs about a microsecond, so recent ones are remembered.
 */
import { hash } from 'node:crypto';
import { Recent } from '../http/recent.ts';

interface Key {
  readonly url: string;
  hex: string;
  /** First 31 bits. */
  hash: number;
}

const recent = new Recent<Key>(2048, 1024);
/** An exchange asks more than once, the next one often for the same. */
let latest: Key | undefined;

/** Hex SHA-256 of `METHOD:URL`; the URL as normalised by `parseTarget`. */
export function cacheKey(method: string, url: string): string {
  return method === 'GET' ? keyOf(url).hex : hash('sha256', `${method}:${url}`);
}

/** What the store's index hashes a URL by: the first bits of the key of GET. */
export function urlHash(url: string): number {
  return keyOf(url).hash;
}

function keyOf(url: string): Key {
  if (latest?.url === url) return latest;
  const known = recent.get(url);
  if (known !== undefined) return (latest = known);
  const hex = hash('sha256', `GET:${url}`);
  latest = { url, hex, hash: keyHash(hex) };
  recent.set(url, latest);
  return latest;
}

/** First 31 bits of a hex key. */
export function keyHash(key: string): number {
  return Number.parseInt(key.slice(0, 8), 16) >>> 1;
}

/** FNV-1a, 31 bits: for indexes that need no key. */
export function textHash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 1;
}
