/** Failures of upstream connections named by RFC 9209 §2.3, with words for people. */
import type { ProxyErrorCode } from '../../contract/errors.ts';
import { StageError } from '../exchange/stages.ts';

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
const CERT_HINT =
  "The server's certificate does not match its name or is not signed by an authority this machine trusts.";
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
  ECONNRESET: [
    'connection_terminated',
    'the server closed the connection before it responded',
    'Try again; if it keeps happening, check the server’s log.',
  ],
  EPIPE: [
    'connection_terminated',
    'the server closed the connection while the request was being sent',
    'Try again; if it keeps happening, check the server’s log.',
  ],
  UND_ERR_SOCKET: [
    'connection_terminated',
    'the server closed the connection before it responded',
    'Try again; if it keeps happening, check the server’s log.',
  ],
  ETIMEDOUT: ['connection_timeout', 'the connection was not established in time', CHECK_UP],
  UND_ERR_CONNECT_TIMEOUT: ['connection_timeout', 'the connection was not established in time', CHECK_UP],
  UND_ERR_HEADERS_TIMEOUT: [
    'http_response_timeout',
    'the server accepted the request but did not respond in time',
    'Raise the setting responseTimeoutSeconds if the server is known to be slow.',
  ],
  UND_ERR_BODY_TIMEOUT: [
    'connection_read_timeout',
    'the server stopped sending in the middle of its response',
    'Raise the setting responseTimeoutSeconds if the server is known to be slow.',
  ],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: [
    'http_response_incomplete',
    'the response ended before its Content-Length',
    'The server, or something in front of it, cuts responses short.',
  ],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['http_protocol_error', 'the response is larger than allowed', ''],
  UND_ERR_HEADERS_OVERFLOW: ['http_protocol_error', 'the head of the response is too large', ''],
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
  UND_ERR_INVALID_ARG: [
    'http_request_error',
    'the request cannot be forwarded',
    'A field or the path contains characters that HTTP does not allow.',
  ],
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: [
    'http_request_error',
    'the request’s content is not as long as its Content-Length says',
    '',
  ],
  BSDM_BODY_BROKEN: ['http_request_error', 'the client stopped sending the request’s content', ''],
  ERR_TLS_CERT_ALTNAME_INVALID: ['tls_certificate_error', 'its certificate is for another name', CERT_HINT],
  CERT_HAS_EXPIRED: ['tls_certificate_error', 'its certificate has expired', CERT_HINT],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['tls_certificate_error', 'its certificate is self-signed', CERT_HINT],
  SELF_SIGNED_CERT_IN_CHAIN: ['tls_certificate_error', 'its certificate chain ends in an unknown authority', CERT_HINT],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['tls_certificate_error', 'its certificate cannot be verified', CERT_HINT],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['tls_certificate_error', 'the issuer of its certificate is unknown', CERT_HINT],
};

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // autoSelectFamily reports all attempts; the first tells.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return '';
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
  const say = ([name, what, hint]: Naming): UpstreamFailure => ({ code: name, text: `${target}: ${what}.`, hint });
  if (gotHead && ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'].includes(code)) {
    return say([
      'http_response_incomplete',
      'the response was cut off before its end',
      'Try again; if it keeps happening, check the server’s log.',
    ]);
  }
  const known = BY_CODE[code];
  if (known) return say(known);
  if (code === 'BSDM_CLIENT_SILENT')
    return say([
      'client_stalled',
      message,
      'Its content has to come sooner, or the setting clientStallSeconds must allow more.',
    ]);
  if (code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError'))
    return say([
      'http_protocol_error',
      `the response is not valid HTTP (${message})`,
      'The server sends malformed HTTP.',
    ]);
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'))
    return say(['tls_protocol_error', `the TLS handshake failed (${message})`, 'Check that the port speaks TLS.']);
  if (code === 'UND_ERR_ABORTED' || code === 'BSDM_CLIENT_GONE')
    return say(['client_aborted', 'the client went away', '']);
  return say(['proxy_internal_error', message === '' ? 'an unexpected failure' : message, '']);
}
