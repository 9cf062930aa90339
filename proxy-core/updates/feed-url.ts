/** The address of a feed as a URL. */
import { isLoopbackHost } from '../contract/settings.ts';
import { isFeedAddress } from '../contract/update-feed.ts';

/** A folder's URL, its path ending in a slash; undefined for what is none. */
export function parseFeed(text: string): URL | undefined {
  if (!isFeedAddress(text)) return undefined;
  try {
    const url = new URL(text);
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return isSafe(url) ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Nobody on the way can change what it answers. */
export const isSafe = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
