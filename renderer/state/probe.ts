/**
 * What a filter asks of fields and bodies, which rows do not hold: the core is asked, many rows at a time and one question
 * after the other, and remembered for each row as it was then. Bounded by the rows there are.
 */
import type { Found } from '../../proxy-core/contract/filter/parse.ts';
import type { Reading } from '../../proxy-core/contract/filter/terms.ts';
import type { TrafficRow } from './traffic-ring.ts';

/** Rows asked about at once. */
const AT_ONCE = 500;

export interface ProbeHost {
  /** Bits for each exchange, as `exchange.probe` answers. */
  ask(terms: string[], ids: number[]): Promise<number[]>;
  /** These rows have an answer now. */
  told(keys: readonly number[]): void;
  /** How many rows wait for one. */
  waiting(rows: number): void;
  /** Rows with a lower key are gone. */
  oldestKey(): number;
}

export class Probe {
  readonly #host: ProbeHost;
  #terms: string[] = [];
  readonly #known = new Map<number, { mask: number; seq: number }>();
  readonly #waiting = new Map<number, TrafficRow>();
  #asking = false;
  /** Rises with each new filter: answers to an older one are thrown away. */
  #generation = 0;

  constructor(host: ProbeHost) {
    this.#host = host;
  }

  /** Another filter is in effect. */
  setReadings(readings: readonly Reading[]): void {
    this.#generation++;
    this.#terms = readings.map(({ term }) => term);
    this.#known.clear();
    this.#waiting.clear();
    this.#asking = false;
    this.#host.waiting(0);
  }

  /** What is known of a row; what is not is asked for. */
  of(row: TrafficRow): Found {
    const known = this.#known.get(row.key);
    if (known?.seq !== row.seq) {
      this.#waiting.set(row.key, row);
      this.#pump();
    }
    return (reading) => (known === undefined ? undefined : (known.mask & (1 << reading)) !== 0);
  }

  /** Asks again what could not be asked. */
  again(): void {
    this.#pump();
  }

  #pump(): void {
    if (this.#asking) return;
    this.#asking = true;
    const generation = this.#generation;
    // After this turn: a filter tests all its rows in one.
    queueMicrotask(() => void this.#ask(generation));
  }

  async #ask(generation: number): Promise<void> {
    while (generation === this.#generation && this.#waiting.size > 0) {
      this.#host.waiting(this.#waiting.size);
      const rows = [...this.#waiting.values()].slice(-AT_ONCE);
      let masks: number[];
      try {
        masks = await this.#host.ask(
          this.#terms,
          rows.map(({ id }) => id),
        );
      } catch {
        // Not connected, or the rows are of an earlier run: asked again when that changes.
        masks = [];
      }
      if (generation !== this.#generation) return;
      if (masks.length === 0) break;
      const told = rows.slice(0, masks.length);
      told.forEach((row, at) => {
        this.#known.set(row.key, { mask: masks[at] ?? 0, seq: row.seq });
        // It may have changed meanwhile.
        if (this.#waiting.get(row.key)?.seq === row.seq) this.#waiting.delete(row.key);
      });
      this.#forgetGone();
      this.#host.told(told.map(({ key }) => key));
    }
    if (generation !== this.#generation) return;
    this.#asking = false;
    this.#host.waiting(this.#waiting.size);
  }

  #forgetGone(): void {
    const oldest = this.#host.oldestKey();
    for (const key of this.#known.keys()) {
      if (key >= oldest) break;
      this.#known.delete(key);
    }
    for (const key of this.#waiting.keys()) if (key < oldest) this.#waiting.delete(key);
  }
}
