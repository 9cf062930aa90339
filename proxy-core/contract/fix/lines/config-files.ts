/** The change as lines of a web server's configuration. */
import { expressionOf, isPlain, plainBytes, runeExpressionOf, textOf } from './path.ts';
import type { Line } from './line.ts';

/** Values hold quotation marks where a directive names fields, and neither apostrophes nor backslashes. */
const quoted = (value: string): string => (value.includes('"') ? `'${value}'` : `"${value}"`);

/** nginx: what the application sends is hidden, so that there is one field and not two. */
export function nginx(path: string, lines: readonly Line[]): string {
  const bytes = plainBytes(path);
  const text = textOf(bytes);
  const location = isPlain(text) ? `= ${text}` : `~ "${expressionOf(bytes)}"`;
  const out = [`location ${location} {`, '    proxy_pass http://app;  # as now'];
  for (const { name, value } of lines) {
    out.push(`    proxy_hide_header ${name};`);
    if (value !== null) out.push(`    add_header ${name} ${quoted(value)} always;`);
  }
  return [...out, '    expires off;', '}'].join('\n');
}

/** Apache has two tables of fields: of answers that went well, and of all. One is emptied, the other one filled. */
export function apache(path: string, lines: readonly Line[]): string {
  const out = [`<LocationMatch "${expressionOf(plainBytes(path))}">`];
  for (const { name, value } of lines) {
    out.push(`    Header onsuccess unset ${name}`);
    out.push(value === null ? `    Header always unset ${name}` : `    Header always set ${name} ${quoted(value)}`);
  }
  out.push('    <IfModule mod_expires.c>', '        ExpiresActive Off', '    </IfModule>', '</LocationMatch>');
  return out.join('\n');
}

/** Caddy: deferred, after what the application sends. */
export function caddy(path: string, lines: readonly Line[]): string {
  const bytes = plainBytes(path);
  const text = textOf(bytes);
  const isSimple = isPlain(text);
  const out = isSimple
    ? [`header ${text} {`]
    : [`@mended path_regexp \`${runeExpressionOf(bytes)}\``, 'header @mended {'];
  for (const { name, value } of lines) out.push(value === null ? `    -${name}` : `    ${name} \`${value}\``);
  return [...out, '    defer', '}'].join('\n');
}
