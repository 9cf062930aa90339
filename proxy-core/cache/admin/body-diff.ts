/** How a new body differs from the stored one: a unified view of lines for text, sizes for the rest. */
import { isTextType, mediaTypeOf } from '../../contract/media-types.ts';
import type { BodyDifference, FieldDifference } from '../../contract/entry.ts';
import { getCombined, getField, type FieldList } from '../../http/fields.ts';

/** Texts beyond this are compared as bytes only. */
const MAX_TEXT_BYTES = 256 * 1024;
const MAX_LINES = 4000;
/** Edits beyond which the search for the shortest script is given up. */
const MAX_EDITS = 600;
const CONTEXT = 3;

/** Compares two bodies; lines only for text without content coding. */
export function diffBodies(before: Uint8Array, after: Uint8Array, fields: FieldList): BodyDifference {
  const same = Buffer.compare(before, after) === 0;
  const base = { same, beforeBytes: before.length, afterBytes: after.length };
  if (same || before.length > MAX_TEXT_BYTES || after.length > MAX_TEXT_BYTES || !isText(fields)) return base;
  const a = Buffer.from(before).toString('utf8').split('\n');
  const b = Buffer.from(after).toString('utf8').split('\n');
  if (a.length > MAX_LINES || b.length > MAX_LINES) return base;
  const lines = unify(diffLines(a, b));
  return lines === undefined ? base : { ...base, lines };
}

/** Fields that differ, by lower-case name. */
export function diffFields(before: FieldList, after: FieldList): FieldDifference[] {
  const names = new Set<string>();
  for (const list of [before, after]) for (let i = 0; i < list.length; i += 2) names.add(list[i]!.toLowerCase());
  const out: FieldDifference[] = [];
  for (const name of names) {
    const was = getCombined(before, name) ?? null;
    const is = getCombined(after, name) ?? null;
    if (was !== is) out.push({ name, before: was, after: is });
  }
  return out;
}

function isText(fields: FieldList): boolean {
  const coding = getField(fields, 'content-encoding');
  if (coding !== undefined && coding.toLowerCase() !== 'identity') return false;
  return isTextType(mediaTypeOf(getField(fields, 'content-type')) ?? '');
}

type Edit = [kind: ' ' | '-' | '+', line: string];

/** Shortest edit script (Myers); undefined when the texts differ too much to be worth it. */
function diffLines(a: readonly string[], b: readonly string[]): Edit[] | undefined {
  const max = Math.min(a.length + b.length, MAX_EDITS);
  const reach = new Map<number, number>([[1, 0]]);
  const trail: Map<number, number>[] = [];
  for (let edits = 0; edits <= max; edits++) {
    trail.push(new Map(reach));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      reach.set(k, x);
      if (x >= a.length && y >= b.length) return walkBack(a, b, trail);
    }
  }
  return undefined;
}

function walkBack(a: readonly string[], b: readonly string[], trail: readonly Map<number, number>[]): Edit[] {
  const out: Edit[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const reach = trail[edits]!;
    const k = x - y;
    const down = k === -edits || (k !== edits && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : (reach.get(fromK) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - fromK;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      out.push([' ', a[x]!]);
    }
    if (edits === 0) break;
    if (down) out.push(['+', b[--y]!]);
    else out.push(['-', a[--x]!]);
  }
  return out.reverse();
}

/** Only changed lines and their neighbourhood, with `@@` where lines are left out. */
function unify(edits: readonly Edit[] | undefined): string[] | undefined {
  if (edits === undefined) return undefined;
  const shown = new Uint8Array(edits.length);
  edits.forEach(([kind], index) => {
    if (kind !== ' ') shown.fill(1, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  });
  const out: string[] = [];
  let skipped = 0;
  edits.forEach(([kind, line], index) => {
    if (shown[index] === 0) {
      skipped++;
      return;
    }
    if (skipped > 0) out.push(`@@ ${skipped} @@`);
    skipped = 0;
    out.push(kind + line);
  });
  return out;
}
