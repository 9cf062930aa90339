/** `host:port` in texts: one way to write it and one to take it apart. What a host or a port may be is checked elsewhere. */

/** With brackets where it is an IPv6 address (RFC 3986 §3.2.2). */
export const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

/** `host:port`, an IPv6 address in brackets. */
export const joinHostPort = (host: string, port: number): string => `${bracketed(host)}:${port}`;

/** Splits at the colon behind the host; brackets stay. `port` is undefined when there is no colon, and may be empty. */
export function splitHostPort(text: string): { host: string; port: string | undefined } {
  const colon = text.indexOf(':', text.startsWith('[') ? text.indexOf(']') + 1 : 0);
  return colon < 0 ? { host: text, port: undefined } : { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

/** A host without the brackets of an IPv6 address. */
export const unbracketed = (host: string): string =>
  host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
