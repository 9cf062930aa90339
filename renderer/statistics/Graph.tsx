/**
 * One live graph on uPlot. The plot is made once per theme and size, fed by `setData`; the legend's numbers follow the
 * crosshair without going through React.
 */
import { useEffect, useRef, type JSX } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useShownTheme } from '../app/theme.ts';
import type { StatsSample } from '../../proxy-core/contract/stats.ts';
import { formatClock } from '../ui/format.ts';
import { graphData, stack, type GraphSpec } from './series.ts';

/** Appended to a colour `#rrggbb`. */
const FILL_ALPHA = '24';
const SYNC_KEY = 'bsdm-graphs';
/** Of the areas that stand one upon the other: they need not let others through. */
const STACK_ALPHA = 'a0';
/** A logarithmic scale that has nothing to show yet, ms. */
const LOG_RANGE: [number, number] = [0.1, 1000];
/** Steps of a byte scale: powers of two, so that its labels are round. */
const BYTE_STEPS = Array.from({ length: 42 }, (_, power) => 2 ** power);

interface GraphProps {
  spec: GraphSpec;
  samples: readonly StatsSample[];
  fromMs: number;
  toMs: number;
}

/** The powers of ten that hold both values between them. */
function powersAround(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || !(min > 0)) return LOG_RANGE;
  const low = 10 ** Math.floor(Math.log10(min));
  return [low, Math.max(low * 10, 10 ** Math.ceil(Math.log10(max)))];
}

/** Powers of ten from one to the other. */
function powersBetween(min: number, max: number): number[] {
  const out: number[] = [];
  for (let power = Math.ceil(Math.log10(min) - 1e-9); power <= Math.log10(max) + 1e-9; power++) out.push(10 ** power);
  return out;
}

/** What is drawn: the values themselves, or their sums. */
function drawn(spec: GraphSpec, samples: readonly StatsSample[], fromMs: number): uPlot.AlignedData {
  const data = graphData(spec, samples, fromMs);
  return (spec.stacked === true ? stack(data) : data) as uPlot.AlignedData;
}

function makeOptions(
  spec: GraphSpec,
  { clientWidth: width, clientHeight: height }: HTMLElement,
  onCursor: (plot: uPlot) => void,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--text-faint'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.getPropertyValue('--font')}`,
  };
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 28, 0, 0],
    cursor: { sync: { key: SYNC_KEY }, points: { size: 6 }, drag: { x: false, y: false }, y: false },
    scales: {
      x: { time: true },
      y:
        spec.logarithmic === true
          ? { distr: 3, range: (_plot, min, max) => powersAround(min, max) }
          : { range: (_plot, _min, max) => [0, spec.max ?? Math.max(max > 0 ? max * 1.08 : 1, Number.EPSILON)] },
    },
    axes: [
      {
        ...axis,
        size: 30,
        space: 80,
        values: (_plot, splits) => splits.map((at) => formatClock(at * 1000, false).replace(/^(\d\d:\d\d):00$/, '$1')),
      },
      {
        ...axis,
        size: 62,
        space: 30,
        ...(spec.bytes === true ? { incrs: BYTE_STEPS } : {}),
        ...(spec.logarithmic === true
          ? { splits: (_plot: uPlot, _axis: number, min: number, max: number) => powersBetween(min, max) }
          : {}),
        values: (_plot, splits: (number | null)[]) => splits.map((value) => (value === null ? '' : spec.format(value))),
      },
    ],
    series: [
      {},
      ...spec.series.map((series): uPlot.Series => ({
        label: series.label,
        stroke: colour(series.colour),
        width: spec.stacked === true ? 0 : series.limit === true ? 1 : 1.5,
        ...(series.limit === true || series.dashed === true ? { dash: [5, 4] } : {}),
        ...(series.fill === true ? { fill: `${colour(series.colour)}${FILL_ALPHA}` } : {}),
        ...(spec.stacked === true ? { fill: `${colour(series.colour)}${STACK_ALPHA}` } : {}),
        points: { show: false },
        spanGaps: false,
      })),
    ],
    // The area of each reaches down to the one it stands on.
    ...(spec.stacked === true
      ? {
          bands: spec.series.slice(1).map((_series, index) => ({ series: [index + 2, index + 1] as [number, number] })),
        }
      : {}),
    hooks: { setCursor: [onCursor], setData: [onCursor] },
  };
}

export function Graph({ spec, samples, fromMs, toMs }: GraphProps): JSX.Element {
  const theme = useShownTheme((state) => state.theme);
  const box = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ spec, samples, fromMs, toMs });

  useEffect(() => {
    latest.current = { spec, samples, fromMs, toMs };
    const now = plot.current;
    if (now === null) return;
    now.batch(() => {
      now.setData(drawn(spec, samples, fromMs), false);
      now.setScale('x', { min: fromMs / 1000, max: toMs / 1000 });
    });
  }, [spec, samples, fromMs, toMs]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const showValues = (made: uPlot): void => {
      const at = made.cursor.idx ?? made.data[0].length - 1;
      legend.current?.querySelectorAll('[data-series]').forEach((span, index) => {
        const { stacked } = latest.current.spec;
        const valueAt = (row: number): number | null | undefined => {
          const value = made.data[index + 1]?.[row];
          return stacked === true && index > 0 && value != null ? value - (made.data[index]?.[row] ?? 0) : value;
        };
        let value = valueAt(at);
        // Without a crosshair the newest known value stands, so that numbers do not flicker out in a quiet second.
        for (let back = at - 1; value == null && made.cursor.idx == null && back >= 0 && back > at - 5; back--)
          value = valueAt(back);
        span.textContent = value == null ? '–' : latest.current.spec.format(value);
      });
    };
    const { spec: now, samples: first, fromMs: from, toMs: to } = latest.current;
    const made = new uPlot(makeOptions(now, element, showValues), drawn(now, first, from), element);
    made.setScale('x', { min: from / 1000, max: to / 1000 });
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme, spec.id]);

  return (
    <figure className="graph" aria-label={spec.title}>
      <figcaption className="graph-head">
        <h2>{spec.title}</h2>
        <div ref={legend} className="legend">
          {spec.series.map((series) => (
            <span key={series.label} className="legend-item">
              <span
                className={`legend-line ${series.limit === true || series.dashed === true ? 'limit' : ''}`}
                style={{ background: `var(${series.colour})` }}
              />
              {series.label}
              <span data-series className="legend-value" />
            </span>
          ))}
        </div>
      </figcaption>
      <div ref={box} className="graph-box" />
    </figure>
  );
}
