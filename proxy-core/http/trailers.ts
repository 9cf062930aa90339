/** Trailer fields (RFC 9110 §6.5): what may follow the content, and transfer codings of a message. */
import { getCombined, type FieldList } from './fields.ts';

/**
 * Fields no sender may put into trailers (RFC 9110 §6.5.1): they frame or route the message, change what was asked,
 * authenticate, describe the content, or control what is done with the response; all of them are needed before the content.
 */
const NEVER_IN_TRAILERS: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'content-length',
  'trailer',
  'te',
  'connection',
  'proxy-connection',
  'keep-alive',
  'upgrade',
  'host',
  'via',
  'forwarded',
  'cache-control',
  'expect',
  'max-forwards',
  'pragma',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'authorization',
  'proxy-authorization',
  'www-authenticate',
  'proxy-authenticate',
  'authentication-info',
  'proxy-authentication-info',
  'cookie',
  'set-cookie',
  'content-encoding',
  'content-type',
  'content-range',
  'content-language',
  'content-location',
  'content-disposition',
  'content-security-policy',
  'age',
  'expires',
  'date',
  'location',
  'retry-after',
  'vary',
  'warning',
  'cache-status',
  'x-cache-status',
  'proxy-status',
  'cdn-cache-control',
  'surrogate-control',
  'strict-transport-security',
  'refresh',
  'clear-site-data',
  'allow',
  'accept-ranges',
  'last-modified',
  'link',
]);

/** The trailer fields that may be passed on. */
export function allowedTrailers(fields: FieldList): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2)
    if (!NEVER_IN_TRAILERS.has(fields[i]!.toLowerCase())) out.push(fields[i]!, fields[i + 1]!);
  return out;
}

/** Codings that content can really have been given (the registry of RFC 9112 §7.3, and those that servers put there by mistake). */
const REAL_CODINGS = /^(?:x-)?(?:gzip|compress)$|^(?:deflate|chunked|br|zstd|dcb|dcz)$/;

/**
 * The value of Transfer-Encoding when its content is not simply chunked, else undefined. We never offer other codings
 * (TE), so nobody may use them (RFC 9112 §7); to hand such content on without its coding would falsify it. A single
 * word that names no coding at all falsifies nothing: the field is dropped and the content ends with the connection.
 */
export function foreignCoding(fields: FieldList): string | undefined {
  const value = getCombined(fields, 'transfer-encoding');
  if (value === undefined) return undefined;
  const coding = value.trim().toLowerCase();
  if (coding === 'chunked' || coding === 'identity') return undefined;
  return isToken(coding) && !REAL_CODINGS.test(coding) ? undefined : value;
}

/** One word, without a list or parameters. */
function isToken(text: string): boolean {
  return text !== '' && !/[\s,;="]/.test(text);
}
