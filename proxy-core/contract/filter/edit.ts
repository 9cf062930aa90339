/** Small edits of a filter line that chips and menus make: a term is switched on or off, the rest stays. */

import { quoted } from './terms.ts';

/** Where the term stands as a word of its own, without regard to case; -1 when it does not. Terms may be 64 kB of somebody's path: too much for a `RegExp`. */
function findTerm(line: string, term: string): number {
  if (term === '') return -1;
  const lower = line.toLowerCase();
  // A few letters change their length with their case; then places would be wrong.
  const [where, what] = lower.length === line.length ? [lower, term.toLowerCase()] : [line, term];
  const isEdge = (at: number): boolean => at < 0 || at >= line.length || /\s/.test(line.charAt(at));
  // Words only begin at edges; looking there alone keeps it linear.
  for (let at = 0; at + what.length <= line.length; at++)
    if (isEdge(at - 1) && !isEdge(at) && isEdge(at + what.length) && where.startsWith(what, at)) return at;
  return -1;
}

function withoutTerm(line: string, term: string): string {
  const at = findTerm(line, term);
  return at < 0 ? line : `${line.slice(0, at)} ${line.slice(at + term.length)}`;
}

/** A value as it is to stand behind a key: in quotes where it would be read as something else. */
export function quoteValue(value: string): string {
  return value === '' || /[\s()"\\]/.test(value) ? quoted(value) : value;
}

export function hasTerm(line: string, term: string): boolean {
  return findTerm(line, term) >= 0;
}

/** Adds the term, or takes it away when it is there. */
export function toggleTerm(line: string, term: string): string {
  return hasTerm(line, term) ? withoutTerm(line, term).replace(/\s+/g, ' ').trim() : `${line.trim()} ${term}`.trim();
}

/** Replaces every plain term of this key by one; used by "only this host". */
export function setTerm(line: string, key: string, value: string, op: ':' | '=' = ':'): string {
  return `${key}${op}${quoteValue(value)} ${withoutKey(line, key)}`.trim();
}

/** Takes every plain term of this key away. */
export function withoutKey(line: string, key: string): string {
  return line
    .replace(new RegExp(`(^|\\s)-?${key}[:=~]("(?:[^"\\\\]|\\\\.)*"|\\S+)`, 'gi'), ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const CHIP_GROUP = ['cache:hit', 'cache:miss', 'cache:bypass', 'is:error'] as const;
export type ChipTerm = (typeof CHIP_GROUP)[number];
const GROUP_PATTERN =
  /(^|\s)\((cache:(?:hit|miss|bypass)|is:error)(?: or (?:cache:(?:hit|miss|bypass)|is:error))*\)(?=\s|$)/i;

/** Which quick chips are on in this line: one bare term, or several joined as `(a or b)`. */
export function activeChips(line: string): ChipTerm[] {
  const group = GROUP_PATTERN.exec(line);
  const scope = group === null ? line : group[0].replace(/[()]/g, ' ');
  return CHIP_GROUP.filter((term) => hasTerm(scope, term));
}

/** Switches a quick chip: chips widen each other (`or`), everything else narrows. */
export function toggleChip(line: string, chip: ChipTerm): string {
  const on = activeChips(line);
  let rest = line.replace(GROUP_PATTERN, ' ');
  for (const term of on) rest = withoutTerm(rest, term);
  const next = on.includes(chip)
    ? on.filter((term) => term !== chip)
    : CHIP_GROUP.filter((term) => term === chip || on.includes(term));
  const group = next.length > 1 ? `(${next.join(' or ')})` : (next[0] ?? '');
  return `${group} ${rest}`.replace(/\s+/g, ' ').trim();
}
