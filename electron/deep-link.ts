/**
 * Addresses that open the window at a place: `bsdm://open/traffic?row=12`, `bsdm://open/cache`, `bsdm://open/traffic?filter=status:5xx`.
 * Any program and any web page may use one, so they only show what is there, and change nothing.
 */
import { TARGET_VIEWS, type ShellTarget } from './desktop-api.ts';

export const LINK_SCHEME = 'bsdm';
const MAX_FILTER = 2000;
const MAX_URL = 4096;

/** The place; null for what is none. */
export function parseDeepLink(url: string): ShellTarget | null {
  if (url.length > MAX_URL || !url.toLowerCase().startsWith(`${LINK_SCHEME}://`)) return null;
  let parsed: URL;
  try {
    // The platform's own parser knows parts of http addresses only.
    parsed = new URL(`http://${url.slice(LINK_SCHEME.length + 3)}`);
  } catch {
    return null;
  }
  const view = TARGET_VIEWS.find((name) => parsed.pathname === `/${name}` || parsed.pathname === `/${name}/`);
  if (parsed.hostname !== 'open' || view === undefined) return null;
  const row = Number(parsed.searchParams.get('row') ?? NaN);
  const filter = parsed.searchParams.get('filter');
  return {
    view,
    ...(Number.isSafeInteger(row) && row >= 1 && { row }),
    ...(filter !== null && filter.length <= MAX_FILTER && { filter }),
  };
}

/** The link among the arguments of a start, if there is one. */
export function linkAmong(argv: readonly string[]): ShellTarget | null {
  const dashes = argv.indexOf('--');
  for (const arg of dashes === -1 ? argv : argv.slice(0, dashes)) {
    const target = parseDeepLink(arg);
    if (target !== null) return target;
  }
  return null;
}
