/** Words in which browsers and proxies say the same thing in HAR files. Pure. */
import type { ProxyErrorCode } from '../../contract/errors.ts';
import { textOf, type Json } from './values.ts';

/** `HTTP/2` out of `h2`, `http/2.0`, `HTTP/2.0`, `http/2+quic/46`; empty when nobody knows. */
export function protocolOf(...told: readonly (string | undefined)[]): string {
  for (const text of told) {
    const word = text?.trim().toLowerCase() ?? '';
    if (word === 'h3' || word.startsWith('h3-') || word.startsWith('http/3') || word.includes('quic')) return 'HTTP/3';
    if (word === 'h2' || word === 'h2c' || word.startsWith('http/2')) return 'HTTP/2';
    if (word === 'http/1.0') return 'HTTP/1.0';
    if (word === 'http/1.1') return 'HTTP/1.1';
  }
  return '';
}

/** Part of what a browser says, and what it is called by RFC 9209. */
const ERRORS: readonly (readonly [part: string, code: ProxyErrorCode])[] = [
  ['NAME_NOT_RESOLVED', 'dns_error'],
  ['UNKNOWN_HOST', 'dns_error'],
  ['ENOTFOUND', 'dns_error'],
  ['CONNECTION_REFUSED', 'connection_refused'],
  ['ECONNREFUSED', 'connection_refused'],
  ['TIMED_OUT', 'connection_timeout'],
  ['ETIMEDOUT', 'connection_timeout'],
  ['CONNECTION_RESET', 'connection_terminated'],
  ['CONNECTION_CLOSED', 'connection_terminated'],
  ['ECONNRESET', 'connection_terminated'],
  ['EMPTY_RESPONSE', 'http_response_incomplete'],
  ['CERT', 'tls_certificate_error'],
  ['SSL', 'tls_protocol_error'],
  ['UNSAFE_PORT', 'destination_ip_prohibited'],
  ['ABORTED', 'client_aborted'],
  ['CANCELLED', 'client_aborted'],
];

/** What went wrong with an exchange that had no response; of others nothing. */
export function errorOf(
  entry: Json,
  status: number | undefined,
): { error?: ProxyErrorCode | undefined; errorText?: string | undefined } {
  if (status !== undefined) return {};
  const response = typeof entry['response'] === 'object' && entry['response'] !== null ? entry['response'] : {};
  const told = [
    ...('_error' in response ? [response._error] : []),
    ...('_failureText' in response ? [response._failureText] : []),
    entry['_error'],
    ...('comment' in response ? [response.comment] : []),
    entry['comment'],
  ];
  const errorText = told.map((value) => textOf(value, 1000)).find((text) => text !== undefined && text !== '');
  const upper = errorText?.toUpperCase() ?? '';
  const error = ERRORS.find(([part]) => upper.includes(part))?.[1];
  return { error, errorText };
}
