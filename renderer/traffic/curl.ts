/** A request as a curl line that can be pasted into a shell. Pure. */
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

/** Quotes for POSIX shells: everything between single quotes is itself. */
function shellQuote(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

export function toCurl(request: { method: string; url: string; fields: readonly FieldLine[]; body?: string }): string {
  const parts = ['curl'];
  const hasBody = request.body !== undefined && request.body !== '';
  if (request.method === 'HEAD') parts.push('--head');
  else if (request.method !== (hasBody ? 'POST' : 'GET')) parts.push('-X', shellQuote(request.method));
  // Brackets and braces are patterns to curl unless it is told otherwise.
  if (/[[\]{}]/.test(request.url)) parts.push('--globoff');
  parts.push(shellQuote(request.url));
  for (const [name, value] of request.fields)
    if (!SKIPPED.has(name.toLowerCase())) parts.push('-H', shellQuote(`${name}: ${value}`));
  if (request.fields.some(([name]) => name.toLowerCase() === 'accept-encoding')) parts.push('--compressed');
  // With a leading @ `--data-binary` would send a file of that name.
  if (hasBody)
    parts.push(request.body?.startsWith('@') === true ? '--data-raw' : '--data-binary', shellQuote(request.body ?? ''));
  return parts.join(' ');
}
