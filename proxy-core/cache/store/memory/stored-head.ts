/**
 * The packed head of a stored response: one latin1 text of lines, decoded with one split. Nothing in it can contain a
 * line feed (HTTP fields cannot, URLs are checked), so the line feed separates.
 *
 * Lines: URL, reason phrase, number of Vary fields n, n × (name, value), then name and value of every field.
 * A Vary value is `=text`, or `-` when the request had no such field.
 */
import type { FieldList } from '../../../http/fields.ts';
import { ABSENT, type VaryKey } from '../../decide/vary.ts';

export interface StoredHead {
  url: string;
  statusText: string;
  varyBy: VaryKey;
  fields: FieldList;
}

/** No line feeds, and nothing outside latin1. */
function clean(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, ' ') : text;
}

export function packHead(head: StoredHead): string {
  let out = `${clean(head.url)}\n${clean(head.statusText)}\n${head.varyBy.length / 2}`;
  for (let i = 0; i < head.varyBy.length; i += 2) {
    const value = head.varyBy[i + 1]!;
    out += `\n${head.varyBy[i]}\n${value === ABSENT ? '-' : `=${clean(value)}`}`;
  }
  for (const text of head.fields) out += `\n${clean(text)}`;
  return out;
}

export function unpackHead(text: string): StoredHead {
  const lines = text.split('\n');
  const varyLines = Number(lines[2]) * 2;
  let varyBy: string[] = NO_VARY;
  if (varyLines > 0) {
    varyBy = [];
    for (let i = 3; i < 3 + varyLines; i += 2)
      varyBy.push(lines[i]!, lines[i + 1] === '-' ? ABSENT : lines[i + 1]!.slice(1));
  }
  return { url: lines[0]!, statusText: lines[1]!, varyBy, fields: lines.slice(3 + varyLines) };
}

const NO_VARY: string[] = [];
