/** Curves as a small SVG: one panel per series, one below the other, over the same time. */
import { short } from './stats.ts';

export interface Series {
  readonly name: string;
  readonly unit: string;
  /** [seconds, value], in order. */
  readonly points: readonly (readonly [number, number])[];
}

const WIDTH = 760;
const PANEL = 190;
const LEFT = 70;
const RIGHT = 20;
const TOP = 34;
const BOTTOM = 40;

/** A round number at or above `value`, so that the marks of an axis can be read. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((top) => top >= value) ?? value;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function panel({ name, unit, points }: Series, index: number, lastSecond: number): string {
  const top = index * (PANEL + TOP + BOTTOM) + TOP + 24;
  const most = roundUp(Math.max(1, ...points.map(([, value]) => value)));
  const x = (second: number): number => LEFT + (second / lastSecond) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => top + PANEL - (value / most) * PANEL;
  const levels = [0, 0.25, 0.5, 0.75, 1].map((share) => share * most);
  const step = roundUp(Math.ceil(lastSecond / 6));
  const marks = Array.from({ length: Math.floor(lastSecond / step) + 1 }, (_, n) => n * step);
  return [
    `<text x="${LEFT}" y="${top - 10}" font-weight="bold">${escaped(name)}, ${escaped(unit)}</text>`,
    ...levels.map(
      (value) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/><text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${short(value)}</text>`,
    ),
    ...marks.map(
      (second) => `<text x="${x(second)}" y="${top + PANEL + 16}" text-anchor="middle">${short(second)} s</text>`,
    ),
    `<polyline fill="none" stroke="#1769aa" stroke-width="1.5" points="${points.map(([second, value]) => `${x(second).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}"/>`,
  ].join('\n');
}

export function svgOf(title: string, series: readonly Series[]): string {
  const lastSecond = Math.max(1, ...series.flatMap(({ points }) => points.map(([second]) => second)));
  const height = series.length * (PANEL + TOP + BOTTOM) + 30;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="20" font-size="14">${escaped(title)}</text>
${series.map((one, index) => panel(one, index, lastSecond)).join('\n')}
</svg>
`;
}
