/** A request as a curl line that can be pasted into a POSIX shell, whatever its body is. Pure. */
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';

/** Fields curl writes itself, or that only made sense between client and proxy. */
const SKIPPED = new Set([
  'host',
  'content-length',
  'connection',
  'proxy-connection',
  'proxy-authorization',
  'transfer-encoding',
  'te',
  'keep-alive',
  'accept-encoding',
]);

/** Whether a field is for the origin, and not for curl or whoever sends the request to write. */
export const isSentAgain = (name: string): boolean => !SKIPPED.has(name.toLowerCase());

/** Quotes for POSIX shells: everything between single quotes is itself. */
export function shellQuote(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

/** The body as text that a shell hands on unchanged; undefined when it is none. */
export function textOf(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    // A shell drops NUL; of other controls one that is pasted makes what it likes.
    return /[\0-\x08\x0b-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function toCurl(request: {
  method: string;
  url: string;
  fields: readonly FieldLine[];
  body?: Uint8Array;
}): string {
  const parts = ['curl'];
  const { body = new Uint8Array() } = request;
  const hasBody = body.length > 0;
  if (request.method === 'HEAD') parts.push('--head');
  else if (request.method !== (hasBody ? 'POST' : 'GET')) parts.push('-X', shellQuote(request.method));
  // Brackets and braces are patterns to curl unless it is told otherwise.
  if (/[[\]{}]/.test(request.url)) parts.push('--globoff');
  parts.push(shellQuote(request.url));
  for (const [name, value] of request.fields)
    if (!SKIPPED.has(name.toLowerCase())) parts.push('-H', shellQuote(`${name}: ${value}`));
  if (request.fields.some(([name]) => name.toLowerCase() === 'accept-encoding')) parts.push('--compressed');
  if (!hasBody) return parts.join(' ');
  const text = textOf(body);
  if (text === undefined) return `printf %s '${base64(body)}' | base64 -d | ${parts.join(' ')} --data-binary @-`;
  // With a leading @ `--data-binary` would send a file of that name.
  parts.push(text.startsWith('@') ? '--data-raw' : '--data-binary', shellQuote(text));
  return parts.join(' ');
}
