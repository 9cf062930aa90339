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
