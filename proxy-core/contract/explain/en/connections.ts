/** Tunnels and handshakes, in English. */

/** Why a tunnel is passed on as it is; `host` where that is the name in TLS. */
export const notOpened = (why: unknown, host?: string | number): string =>
  why === 'except'
    ? `a tunnel: ${host === undefined ? 'this host' : host} is among the exceptions, so it is not opened`
    : (NOT_OPENED[String(why)] ?? 'a tunnel: what client and origin say inside is not opened here');

const NOT_OPENED: Record<string, string> = {
  off: 'a tunnel: no TLS is read here (the setting Intercept TLS is off)',
  'not-listed': 'a tunnel: this host is not among those that are read, so it is not opened',
  'not-tls': 'a tunnel: neither TLS nor HTTP; what is said in it is readable, but not opened here',
  malformed: 'a tunnel: its first bytes are malformed TLS, so it is not opened',
  'too-long': 'a tunnel: the client’s first message is too long to be read, so it is not opened',
  silent: 'a tunnel: the client waits for the server to speak first, so it is not opened',
  'other-protocol': 'a tunnel: encrypted, and for a protocol other than HTTP, so it is not opened',
};

export const REFUSED: Record<string, string> = {
  'unknown-ca': 'it does not trust the CA of this proxy',
  certificate:
    'it rejected the certificate, since it does not trust the CA or only accepts a certificate it knows (pinning)',
  parameters: 'it shares no TLS version or cipher with this proxy',
  closed: 'it closed the connection without an alert, as clients that pin certificates do',
  other: 'the alert gives no clear reason',
};

export const LEFT_ALONE: Record<string, string> = {
  off: 'no TLS is read here',
  except: 'the host is among the exceptions',
  'not-listed': 'the host is not among those that are read',
  silent: 'the client waits for the server to speak first',
  'not-tls': 'it is neither TLS nor HTTP',
  malformed: 'its first bytes are malformed TLS',
  'too-long': 'its first message is too long',
  'other-protocol': 'it speaks a protocol other than HTTP inside TLS',
};

/** What a client left behind. */
export const LEFT: Record<string, string> = {
  stream: 'the client left the stream of events',
  reply: 'the client left before the end of the reply',
  tunnel: 'the client left before its tunnel stood',
  silence: 'the client left without a word in its tunnel',
};
