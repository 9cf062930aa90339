/** What is aimed at, per row: a bound for a ratio to a peer or for our own value. Pure: values in, verdict out. */
import { median, ratio, short } from './stats.ts';

/** One thing measured for everybody; values of one index were measured in one round. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly aims: readonly Aim[];
  readonly note?: string;
}

export type Aim =
  /** Ours over the peer's, at least. */
  | { readonly over: string; readonly atLeast: number }
  /** Our own median, at most, in the row's unit. */
  | { readonly atMost: number };

export const OURS = 'ours';

/** `met`, or how far it is; undefined when the peer was not there. */
export function verdict(row: Row, aim: Aim): string | undefined {
  const ours = row.values[OURS];
  if (ours === undefined || ours.length === 0) return undefined;
  if ('atMost' in aim) {
    const value = median(ours);
    const word = `≤ ${short(aim.atMost)} ${row.unit}`;
    return value <= aim.atMost ? `${word}: met` : `${word}: ${short(value)}, ${short(value / aim.atMost)} times that`;
  }
  const theirs = row.values[aim.over];
  if (theirs === undefined || theirs.length === 0) return undefined;
  const value = ratio(ours, theirs);
  const word = `≥ ${aim.atLeast} × ${aim.over}`;
  if (!Number.isFinite(value) || value === 0) return `${word}: not comparable, one is 0`;
  return value >= aim.atLeast
    ? `${word}: met (${short(value)})`
    : `${word}: ${short(value)}, short by ${short(aim.atLeast / value)} ×`;
}
