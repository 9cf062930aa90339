/** What the oracle reads of messages, by itself: nothing here comes from the product's own reading of them. */
import type { FieldList } from '../../../../http/fields.ts';

/** A request as a client writes it. */
export interface Asked {
  /** Number of the request within its scenario; goes along as X-Id. */
  n: number;
  method: string;
  url: string;
  fields: FieldList;
  /** Content, where it has any. */
  content?: string;
}

/** A response head as the origin writes it. */
export interface Answered {
  status: number;
  fields: FieldList;
}

/** Values of all lines of that name. */
export function linesOf(fields: FieldList, lowerName: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2) if (fields[i]!.toLowerCase() === lowerName) out.push(fields[i + 1]!);
  return out;
}

/** Value of the first line of that name. */
export const valueOf = (fields: FieldList, lowerName: string): string | undefined => linesOf(fields, lowerName)[0];

/** All lines of that name as one list (RFC 9110 §5.3). */
export function listOf(fields: FieldList, lowerName: string): string | undefined {
  const lines = linesOf(fields, lowerName);
  return lines.length === 0 ? undefined : lines.join(', ');
}

/** The lines of other names. */
export function without(fields: FieldList, lowerNames: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2)
    if (!lowerNames.includes(fields[i]!.toLowerCase())) out.push(fields[i]!, fields[i + 1]!);
  return out;
}

/** Splits at commas outside quotes. */
export function members(list: string): string[] {
  const out: string[] = [''];
  let quoted = false;
  for (const char of list) {
    if (char === '"') quoted = !quoted;
    if (char === ',' && !quoted) out.push('');
    else out[out.length - 1] += char;
  }
  return out.map((member) => member.trim()).filter((member) => member !== '');
}
