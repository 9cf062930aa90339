/** A squarified treemap: areas in proportion to bytes, rectangles as square as they come. Pure. */
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import { quoteValue } from '../../proxy-core/contract/filter/edit.ts';
import { shortType } from '../../proxy-core/contract/filter/short-type.ts';

export interface Tile {
  /** Host of the tile. */
  host: string;
  /** Type in short, `js`, `png`. */
  type: string;
  bytes: number;
  entries: number;
}
export interface Placed<T> {
  item: T;
  x: number;
  y: number;
  width: number;
  height: number;
}
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Tiles drawn; an origin may name a type of its own for every reply. */
export const MAX_TILES = 400;

/** Bytes charged to the budget, by host and type, largest first. */
export function sumTiles(entries: Iterable<EntrySummary>): Tile[] {
  const tiles = new Map<string, Tile>();
  for (const entry of entries) {
    const type = shortType(entry.contentType) || '?';
    const key = `${entry.host} ${type}`;
    const tile = tiles.get(key) ?? { host: entry.host, type, bytes: 0, entries: 0 };
    tile.bytes += entry.sizeBytes;
    tile.entries++;
    tiles.set(key, tile);
  }
  return [...tiles.values()].sort((a, b) => b.bytes - a.bytes);
}

/** The filter that shows exactly what a tile stands for. */
export function tileFilter({ host, type }: Tile): string {
  return `host=${quoteValue(host)} type=${type === '?' ? 'none' : quoteValue(type)}`;
}

/** The worst ratio of sides in a row of areas laid along `side`. */
function worst(areas: readonly number[], side: number): number {
  const sum = areas.reduce((total, area) => total + area, 0);
  const thick = sum / side;
  return areas.reduce((max, area) => Math.max(max, thick / (area / thick), area / thick / thick), 0);
}

/** Places items (largest first) into a box; items without weight get no place. */
export function layOut<T>(items: readonly T[], weigh: (item: T) => number, box: Box): Placed<T>[] {
  const weights = items.map(weigh);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const placed: Placed<T>[] = [];
  if (total <= 0 || box.width <= 0 || box.height <= 0) return placed;
  const scale = (box.width * box.height) / total;
  let { x, y, width, height } = box;
  let at = 0;
  while (at < items.length && (weights[at] ?? 0) > 0) {
    const side = Math.min(width, height);
    const row: number[] = [];
    while (at + row.length < items.length) {
      const next = (weights[at + row.length] ?? 0) * scale;
      if (next <= 0 || (row.length > 0 && worst([...row, next], side) > worst(row, side))) break;
      row.push(next);
    }
    const thick = row.reduce((sum, area) => sum + area, 0) / side;
    let along = 0;
    for (const area of row) {
      const length = area / thick;
      placed.push(
        width >= height
          ? { item: items[at]!, x, y: y + along, width: thick, height: length }
          : { item: items[at]!, x: x + along, y, width: length, height: thick },
      );
      along += length;
      at++;
    }
    if (width >= height) {
      x += thick;
      width -= thick;
    } else {
      y += thick;
      height -= thick;
    }
  }
  return placed;
}
