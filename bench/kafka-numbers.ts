/** Percentiles for the Kafka measurement programs. */

/** Rounded to hundredths. */
const round = (value: number): number => Math.round(value * 100) / 100;

/** Mean, percentiles and maximum of a list; sorts it. */
export function summarise(values: number[]): Record<'mean' | 'p50' | 'p90' | 'p99' | 'p999' | 'max', number> {
  values.sort((one, other) => one - other);
  const at = (share: number): number =>
    round(values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN);
  return {
    mean: round(values.reduce((sum, value) => sum + value, 0) / values.length),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
}
