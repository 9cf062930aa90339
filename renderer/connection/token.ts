/** The access token of the browser UI: taken out of the address, kept for this tab only. */

const KEY = 'bsdm-token';

/** Reads `#token=…`, remembers it for the tab and removes it from the address bar; null when there is none. */
export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.replace(/^#/, '')).get('token');
  if (given !== null && given !== '') {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(KEY);
}

/** Remembers a token for this tab. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** The token in what somebody pasted: the printed address, its end, or the token alone; null when there is none. */
export function tokenIn(pasted: string): string | null {
  const text = pasted.trim();
  const at = text.indexOf('token=');
  if (at >= 0) return new URLSearchParams(text.slice(at)).get('token') || null;
  return text === '' || text.includes('://') || text.includes(' ') ? null : text;
}
