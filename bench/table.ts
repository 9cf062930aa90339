/** Rows as Markdown: the same text on the terminal and in RESULTS.md. */
import { median, ratio, short, spread } from './stats.ts';
import { OURS, verdict, type Row } from './targets.ts';

export function tableOf(rows: readonly Row[], peers: readonly string[]): string {
  const others = peers.filter((name) => name !== OURS);
  const lines = [
    `| # | what | ours | ${others.map((name) => `${name} | ×`).join(' | ')} | target |`,
    `|---|---|---:|${'---:|'.repeat(others.length * 2)}---|`,
  ];
  for (const row of rows) {
    const ours = row.values[OURS] ?? [];
    const cells = others.flatMap((name) => {
      const theirs = row.values[name];
      return theirs === undefined || theirs.length === 0
        ? ['', '']
        : [withSpread(theirs), ours.length === 0 ? '' : times(ratio(ours, theirs))];
    });
    const aims = row.aims.map((aim) => verdict(row, aim)).filter((text) => text !== undefined);
    const told = [...aims, ...(row.note === undefined ? [] : [row.note])].join('; ');
    lines.push(`| ${row.id} | ${row.title}, ${row.unit} | ${withSpread(ours)} | ${cells.join(' | ')} | ${told} |`);
  }
  return lines.join('\n');
}

const withSpread = (values: readonly number[]): string =>
  values.length === 0
    ? ''
    : values.length === 1
      ? short(values[0]!)
      : Number.isFinite(spread(values))
        ? `${short(median(values))} ±${Math.round(spread(values) * 50)} %`
        : withRange(values);

/** A median of 0 has no share to tell; what there was instead. */
const withRange = (values: readonly number[]): string =>
  Math.max(...values) === Math.min(...values)
    ? short(median(values))
    : `${short(median(values))}, ${short(Math.min(...values))} to ${short(Math.max(...values))}`;

/** Nothing to compare with something that is zero. */
const times = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '');
