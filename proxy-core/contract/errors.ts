/**
 * Failures that cross the wire. One table of codes; every command, REST call and settings field answers with these.
 */

/** Codes a command may fail with. */
export const ERROR_CODES = [
  'bad-params', // the parameters did not parse; the message names the field and what it takes
  'unknown-command',
  'unknown-stream',
  'not-found',
  'gone', // it was here, but its bytes were dropped (ring or budget)
  'locked', // the setting came from a flag or the environment
  'unauthorized',
  'forbidden', // wrong Host or Origin
  'conflict', // the object is not in a state that allows this
  'unavailable', // something outside answered not at all (broker, origin)
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What crosses the wire when a command fails: what was attempted, on what, and what to try. */
export interface WireError {
  code: ErrorCode;
  message: string;
  hint?: string;
}

/** The exception form of {@link WireError}; throw it inside a command handler. */
export class CommandError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
    this.hint = hint;
  }

  /** The wire form of this error. */
  toWire(): WireError {
    return this.hint === undefined
      ? { code: this.code, message: bounded(this.message) }
      : { code: this.code, message: bounded(this.message), hint: bounded(this.hint) };
  }
}

/** Longest message that crosses the wire, in characters: messages quote what was given, and that may be of any length. */
const MAX_MESSAGE = 2000;
const bounded = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text);

/** Turns anything thrown into a wire error; unknown exceptions become `internal` without a stack. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof CommandError) return thrown.toWire();
  return { code: 'internal', message: bounded(thrown instanceof Error ? thrown.message : String(thrown)) };
}

/** Error types of RFC 9209 §2.3 that this proxy produces, with the status it answers. */
export const PROXY_ERRORS = {
  dns_error: 502,
  dns_timeout: 504,
  destination_not_found: 502,
  destination_unavailable: 503,
  destination_ip_prohibited: 502,
  destination_ip_unroutable: 502,
  connection_refused: 502,
  connection_terminated: 502,
  connection_timeout: 504,
  connection_read_timeout: 504,
  connection_write_timeout: 504,
  connection_limit_reached: 503,
  tls_protocol_error: 502,
  tls_certificate_error: 502,
  tls_alert_received: 502,
  http_request_error: 400,
  http_request_denied: 403,
  http_response_incomplete: 502,
  http_response_timeout: 504,
  http_protocol_error: 502,
  http_upgrade_failed: 502,
  proxy_internal_error: 500,
  proxy_configuration_error: 500,
  proxy_loop_detected: 502,
  /** Ours, not in RFC 9209: the client went away before the end. Never answered to anyone. */
  client_aborted: 0,
  /** Ours too: the client was there and took nothing of its reply (then nothing is answered), or sent nothing of its content, for longer than the setting allows. */
  client_stalled: 408,
  /** Ours as well: the client broke the TLS handshake with this proxy off. Never answered to anyone. */
  client_tls_refused: 0,
} as const;
export type ProxyErrorCode = keyof typeof PROXY_ERRORS;
