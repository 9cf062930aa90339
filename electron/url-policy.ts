/** Which addresses the shell trusts, opens or refuses. Pure. */

export const APP_SCHEME = 'app';
const APP_HOST = 'bsdm';
/** The page's address; also its origin for every sender check. */
export const APP_PAGE = `${APP_SCHEME}://${APP_HOST}/index.html`;

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}

/** True for an address of the app's own page. */
export function isAppUrl(url: string): boolean {
  const parsed = parse(url);
  return parsed !== null && parsed.protocol === `${APP_SCHEME}:` && parsed.host === APP_HOST;
}

/**
 * True for what may be handed to the system's browser: https without credentials. Captured addresses come from anywhere,
 * so `file:`, custom schemes and plain http stay out.
 */
export function isOpenableUrl(url: string): boolean {
  const parsed = url.length <= 8192 ? parse(url) : null;
  return (
    parsed !== null &&
    parsed.protocol === 'https:' &&
    parsed.hostname !== '' &&
    parsed.username === '' &&
    parsed.password === ''
  );
}
