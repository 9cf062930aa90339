/** Filters over the demo's world: what the core does with fields and bodies. */
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';
import { filterOf, findInFields, isAbout } from '../../proxy-core/contract/filter/query.ts';
import { STORED, TRAFFIC } from '../../proxy-core/contract/filter/scopes.ts';
import type { Reading } from '../../proxy-core/contract/filter/terms.ts';
import type { DemoWorld } from './world.ts';

const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

function finds(
  reading: Reading,
  fields: Record<'request' | 'response', readonly FieldLine[]>,
  response: Uint8Array | undefined,
): boolean {
  if (reading.of === 'body') return isAbout(reading, 'response') && reading.test(textOf(response));
  return (['request', 'response'] as const).some(
    (side) => isAbout(reading, side) && findInFields(reading, fields[side].flat()),
  );
}

/** Bits for each exchange, as the core answers. */
export function probeDemo(world: DemoWorld, terms: readonly string[], ids: readonly number[]): number[] {
  const readings = terms.flatMap((term) => filterOf(term, TRAFFIC)?.readings ?? []);
  return ids.map((id) => {
    const detail = world.details.get(id);
    if (detail === undefined) return 0;
    const fields = { request: detail.requestFields, response: detail.responseFields };
    return readings.reduce(
      (mask, reading, at) => (finds(reading, fields, world.bodies.get(id)) ? mask | (1 << at) : mask),
      0,
    );
  });
}

/** A test of the demo's stored responses. */
export function demoFilter(world: DemoWorld, q: string): (entry: EntrySummary) => boolean {
  const filter = filterOf(q, STORED);
  return (entry) => {
    if (filter === null) return true;
    const detail = world.entries.get(entry.id);
    const fields = { request: detail?.varyBy ?? [], response: detail?.fields ?? [] };
    const passes = filter.decide(entry, (at) => {
      const reading = filter.readings[at];
      return reading === undefined ? false : finds(reading, fields, world.entryBodies.get(entry.id));
    });
    return passes === true;
  };
}
