/**
 * Field lines as a flat list `[name, value, name, value …]` (the shape of Node's rawHeaders and undici's raw headers):
 * order, case and repetition are kept. Names compare case-insensitively (RFC 9110 §5.1).
 */
import type { FieldLine } from '../contract/exchange.ts';

export type FieldList = readonly string[];

/** Value of the first line of that name; `lowerName` in lower case. */
export function getField(fields: FieldList, lowerName: string): string | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return fields[i + 1];
  }
  return undefined;
}

/** All lines of that name joined with ", " (RFC 9110 §5.3); undefined when there is none. */
export function getCombined(fields: FieldList, lowerName: string): string | undefined {
  let out: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    if (name.length === lowerName.length && name.toLowerCase() === lowerName)
      out = out === undefined ? fields[i + 1]! : `${out}, ${fields[i + 1]!}`;
  }
  return out;
}

/** True when there is a line of that name. */
export function hasField(fields: FieldList, lowerName: string): boolean {
  return getField(fields, lowerName) !== undefined;
}

/** True when both have the same lines in the same order and spelling. */
export function isSameList(a: FieldList, b: FieldList): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A copy without the lines whose lower-case name is in the set. */
export function withoutFields(fields: FieldList, lowerNames: { has(name: string): boolean }): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2)
    if (!lowerNames.has(fields[i]!.toLowerCase())) out.push(fields[i]!, fields[i + 1]!);
  return out;
}

/** Pairs, for the contract. */
export function toFieldLines(fields: FieldList): FieldLine[] {
  const out: FieldLine[] = [];
  for (let i = 0; i < fields.length; i += 2) out.push([fields[i]!, fields[i + 1]!]);
  return out;
}
