/** Tunnels and handshakes, in English. */

export const NOT_TLS: Record<string, string> = {
  'not-tls': 'a tunnel: not TLS, so readable, but not opened',
  malformed: 'a tunnel: its first bytes are malformed TLS, and it is not opened',
  'too-long': 'a tunnel: its first message is too long, and it is not opened',
  silent: 'a tunnel: the client waits for the server to speak first, and it is not opened',
  'other-protocol': 'a tunnel: encrypted, and for a protocol other than HTTP; it is not opened',
  except: 'a tunnel: this host is on the list of exceptions, and it is not opened',
  'not-listed': 'a tunnel: this host is not on the list of those that are read, and it is not opened',
};

export const REFUSED: Record<string, string> = {
  'unknown-ca': 'it does not trust the CA of this proxy',
  certificate:
    'it rejected the certificate, since it does not trust the CA or only accepts a certificate it knows (pinning)',
  parameters: 'it shares no protocol version or cipher with this proxy',
  closed: 'it closed the connection without an alert, as clients that pin certificates do',
  other: 'the alert gives no clear reason',
};

export const LEFT_ALONE: Record<string, string> = {
  except: 'the host is on the list of exceptions',
  'not-listed': 'the host is not listed',
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
