/** Where new versions are announced: a folder of an https server, or of this machine, where tests and rehearsals have it. */
import { parseHostPatterns } from './host-patterns.ts';
import { isLoopbackHost } from './settings.ts';

/** Longest address that is taken, characters. */
export const FEED_MAX = 2048;

/** No credentials, no query, no fragment, and what would need quotes elsewhere is no address. */
const FORBIDDEN = '@?#\\"\'<>`';

/** True for `https://host[:port]/folder`; `http://` only where nobody on the way can change what it answers. */
export function isFeedAddress(text: string): boolean {
  if (text.length > FEED_MAX) return false;
  const at = text.indexOf('://');
  const scheme = text.slice(0, Math.max(0, at)).toLowerCase();
  const rest = text.slice(at + 3);
  if ([...rest].some((char) => char <= ' ' || char > '~' || FORBIDDEN.includes(char))) return false;
  const slash = rest.indexOf('/');
  const [server, ...more] = parseHostPatterns(slash === -1 ? rest : rest.slice(0, slash)) ?? [];
  if (server === undefined || more.length > 0 || server.host.includes('*')) return false;
  return scheme === 'https' || (scheme === 'http' && isLoopbackHost(server.host));
}
