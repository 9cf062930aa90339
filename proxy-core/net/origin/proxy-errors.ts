/** Failures of upstream connections named by RFC 9209 §2.3, with words for people. */
import type { ProxyErrorCode } from '../../contract/errors.ts';
import { StageError } from '../exchange/stages.ts';
import { CertificateError } from './certificate-facts.ts';

/** A named upstream failure. */
export interface UpstreamFailure {
  code: ProxyErrorCode;
  /** What was tried, on what, and what happened. */
  text: string;
  /** What to try. */
  hint: string;
}

type Naming = readonly [code: ProxyErrorCode, what: string, hint: string];

const CHECK_UP = 'Check that the server is running and listens on that port.';
const ENDED: Naming = [
  'connection_terminated',
  'the server closed the connection before it responded',
  'Try again; if it keeps happening, check the server’s log.',
];
const SLOW_HINT = 'Raise the setting responseTimeoutSeconds if the server is known to be slow.';
const LATE: Naming = [
  'http_response_timeout',
  'the server accepted the request but did not respond in time',
  SLOW_HINT,
];
const STALLED: Naming = [
  'connection_read_timeout',
  'the server stopped sending in the middle of its response',
  SLOW_HINT,
];
const SHORT: Naming = [
  'http_response_incomplete',
  'the response ended before its Content-Length',
  'The server, or something in front of it, cuts responses short.',
];
const TOO_LONG: Naming = ['http_protocol_error', 'the head of the response is too large', ''];
const NOT_FORWARDABLE: Naming = [
  'http_request_error',
  'the request cannot be forwarded',
  'A field or the path contains characters that HTTP does not allow.',
];
/** Codes of node, undici (`UND_ERR_…`) and our own (`BSDM_…`). */
const BY_CODE: Record<string, Naming> = {
  ENOTFOUND: [
    'dns_error',
    'the name could not be found',
    'Check the spelling of the host, and that this machine can resolve names.',
  ],
  EAI_AGAIN: [
    'dns_timeout',
    'the name server did not answer',
    'Check this machine’s network connection and name server.',
  ],
  EAI_FAIL: ['dns_error', 'the name server failed', 'Check this machine’s name server.'],
  ECONNREFUSED: ['connection_refused', 'the connection was refused', CHECK_UP],
  ECONNRESET: ENDED,
  EPIPE: [
    'connection_terminated',
    'the server closed the connection while the request was being sent',
    'Try again; if it keeps happening, check the server’s log.',
  ],
  UND_ERR_SOCKET: ENDED,
  BSDM_REPLY_ENDED: ENDED,
  ETIMEDOUT: ['connection_timeout', 'the connection was not established in time', CHECK_UP],
  UND_ERR_CONNECT_TIMEOUT: ['connection_timeout', 'the connection was not established in time', CHECK_UP],
  UND_ERR_HEADERS_TIMEOUT: LATE,
  BSDM_REPLY_LATE: LATE,
  UND_ERR_BODY_TIMEOUT: STALLED,
  BSDM_REPLY_STALLED: STALLED,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: SHORT,
  BSDM_REPLY_SHORT: SHORT,
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['http_protocol_error', 'the response is larger than allowed', ''],
  UND_ERR_HEADERS_OVERFLOW: TOO_LONG,
  BSDM_REPLY_HEAD_TOO_LONG: TOO_LONG,
  BSDM_TRANSFER_CODING: [
    'http_protocol_error',
    'the response has a transfer coding that was not asked for',
    'A server may use such a coding only when the request has a TE field.',
  ],
  BSDM_BAD_STATUS: [
    'http_protocol_error',
    'the response has a status outside 100 to 599',
    'The server sends malformed HTTP.',
  ],
  ENETUNREACH: [
    'destination_ip_unroutable',
    'there is no route to its address',
    'Check this machine’s network connection.',
  ],
  EHOSTUNREACH: [
    'destination_ip_unroutable',
    'there is no route to its address',
    'Check this machine’s network connection.',
  ],
  EADDRNOTAVAIL: [
    'destination_ip_unroutable',
    'its address cannot be reached from here',
    'Check this machine’s network connection.',
  ],
  BSDM_DIAL_LOOP: [
    'proxy_loop_detected',
    'this address leads back to the proxy itself',
    'Use the server’s own address, not the proxy’s.',
  ],
  EMFILE: [
    'connection_limit_reached',
    'this process has run out of file descriptors',
    'Raise the limit of open files (ulimit -n) for the proxy.',
  ],
  ENFILE: [
    'connection_limit_reached',
    'the system has run out of file descriptors',
    'Close programs that hold many connections.',
  ],
  BSDM_DIAL_REFUSED: [
    'destination_ip_prohibited',
    'connecting to this address is not allowed',
    'The setting dialAllow permits loopback addresses only.',
  ],
  UND_ERR_INVALID_ARG: NOT_FORWARDABLE,
  BSDM_REQUEST_MALFORMED: NOT_FORWARDABLE,
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: [
    'http_request_error',
    'the request’s content is not as long as its Content-Length says',
    '',
  ],
  BSDM_BODY_BROKEN: ['http_request_error', 'the client stopped sending the request’s content', ''],
};

/** The connection is gone; what that means depends on whether an answer had begun. */
const CUT_OFF: ReadonlySet<string> = new Set([
  'UND_ERR_SOCKET',
  'BSDM_REPLY_ENDED',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'BSDM_REPLY_SHORT',
]);

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // autoSelectFamily reports all attempts; the first tells.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return '';
}

/** The proxy further up that could not be reached. */
function viaOf(error: unknown): string | undefined {
  const named = typeof error === 'object' && error !== null && 'via' in error && typeof error.via === 'string';
  // Those that name it themselves have better hints.
  return named && OWN_WORDS[codeOf(error)] === undefined ? String(error.via) : undefined;
}

/** Failures that come with their own words. */
const OWN_WORDS: Record<string, readonly [code: ProxyErrorCode, hint: string]> = {
  BSDM_PROXY_REFUSED: ['connection_refused', 'Check the proxy further up, and the setting upstreamProxyBypass.'],
  BSDM_PROXY_CREDENTIALS: [
    'proxy_configuration_error',
    'Check the settings upstreamProxyUsername and upstreamProxyPassword.',
  ],
  BSDM_PROXY_FOREIGN: ['proxy_configuration_error', 'Check the scheme and the port in the setting upstreamProxy.'],
  BSDM_TLS_FILE: ['proxy_configuration_error', 'Check the settings upstreamCa and upstreamCertificates.'],
  BSDM_TLS_CLOSED: [
    'tls_protocol_error',
    'Check that the port speaks TLS; some servers hang up on a name they do not know, or on clients without a certificate.',
  ],
};

/** The words of the alert in OpenSSL's name for it: `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`. */
function alertIn(code: string, message: string): string | undefined {
  const at = code.indexOf('_ALERT_');
  if (at >= 0)
    return code
      .slice(at + 7)
      .toLowerCase()
      .split('_')
      .join(' ');
  if (code === 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME') return 'unrecognized name';
  if (code !== 'EPROTO') return undefined;
  const words = message.toLowerCase();
  const from = words.indexOf(' alert ');
  return from < 0 ? undefined : words.slice(from + 7, from + 47).split(':')[0];
}

/** What a server may have meant by it (RFC 8446 §6.2). */
function hintFor(alert: string): string {
  if (alert.includes('certificate') || alert === 'handshake failure')
    return 'The server may want a client certificate: name one for this host in the setting upstreamCertificates.';
  if (alert === 'unrecognized name') return 'The server does not know this name: check the host.';
  if (alert === 'protocol version') return 'The server speaks only versions of TLS that are not used any more.';
  return 'The log of the server may say more.';
}

/** Something in the proxy itself threw while it dealt with `target`. */
export function internalFailure(error: unknown, target: string): UpstreamFailure {
  if (error instanceof StageError)
    return {
      code: 'proxy_internal_error',
      text: `${target}: ${error.message}.`,
      hint: 'What acts there (a rule, a breakpoint) is at fault, not the server.',
    };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'proxy_internal_error',
    text: `${target}: an internal error in the proxy (${message}).`,
    hint: 'This is a bug in the proxy, not in the server; see the proxy’s log.',
  };
}

/** Names a failure of `method target`; `gotHead` says that a part of the answer had arrived. */
export function nameFailure(error: unknown, target: string, gotHead: boolean): UpstreamFailure {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const via = viaOf(error);
  const say = ([name, what, hint]: Naming): UpstreamFailure => ({
    code: name,
    text: via === undefined ? `${target}: ${what}.` : `${target} by way of ${via}: ${what}.`,
    hint: via === undefined ? hint : 'Check the proxy further up, and the setting upstreamProxy.',
  });
  const isStream = code === 'UND_ERR_INFO' || code.startsWith('ERR_HTTP2_');
  if (gotHead && (isStream || CUT_OFF.has(code))) {
    return say([
      'http_response_incomplete',
      'the response was cut off before its end',
      'Try again; if it keeps happening, check the server’s log.',
    ]);
  }
  const known = BY_CODE[code];
  if (known) return say(known);
  if (error instanceof CertificateError) return say(['tls_certificate_error', message, error.hint]);
  const own = OWN_WORDS[code];
  if (own) return say([own[0], message, own[1]]);
  if (code === 'BSDM_CLIENT_SILENT')
    return say([
      'client_stalled',
      message,
      'Its content has to come sooner, or the setting clientStallSeconds must allow more.',
    ]);
  if (
    code === 'BSDM_REPLY_MALFORMED' ||
    code.startsWith('HPE_') ||
    (error instanceof Error && error.name === 'HTTPParserError')
  )
    return say([
      'http_protocol_error',
      `the response is not valid HTTP (${message})`,
      'The server sends malformed HTTP.',
    ]);
  if (isStream)
    return say([
      'http_protocol_error',
      `the server broke the HTTP/2 stream off (${message})`,
      'Try again; if it stays so, look at the server’s log, or turn the setting upstreamHttp2 off.',
    ]);
  const alert = alertIn(code, message);
  if (alert !== undefined)
    return say(['tls_alert_received', `the server ended TLS with the alert "${alert}"`, hintFor(alert)]);
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO')
    return say(['tls_protocol_error', `the TLS handshake failed (${message})`, 'Check that the port speaks TLS.']);
  if (code === 'UND_ERR_ABORTED' || code === 'BSDM_CLIENT_GONE')
    return say(['client_aborted', 'the client went away', '']);
  return say(['proxy_internal_error', message === '' ? 'an unexpected failure' : message, '']);
}
