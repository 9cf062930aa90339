/** Where the cache's bytes lie: a tile per host and type, its area true to its bytes. Choosing one shows what it stands for. */
import { useEffect, useRef, useState, type CSSProperties, type JSX } from 'react';
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { setCacheFilter, useCacheUi } from '../state/selection.ts';
import { useStats } from '../state/stats.ts';
import { clip, formatBytes } from '../ui/format.ts';
import { useAnswer, useNow } from '../ui/hooks.ts';
import { layOut, MAX_TILES, sumTiles, tileFilter, type Tile } from './treemap.ts';

const PAGE = 5000;
/** The map reads every entry; beyond this many it shows the largest and says so. */
const MAX_ENTRIES = 100_000;
/** It is drawn anew this often at most while the cache changes. */
const REDRAW_MS = 5000;
/** Smaller tiles than this carry no words, px. */
const WORDS = { width: 74, height: 34 };

async function loadTiles(): Promise<{ tiles: Tile[]; bytes: number; left: number }> {
  const entries: EntrySummary[] = [];
  let total = 0;
  do {
    const page = await call('entry.list', { sort: 'size', descending: true, offset: entries.length, limit: PAGE });
    total = page.total;
    entries.push(...page.entries);
    if (page.entries.length === 0) break;
  } while (entries.length < Math.min(total, MAX_ENTRIES));
  const all = sumTiles(entries);
  const tiles = all.slice(0, MAX_TILES);
  const drawn = tiles.reduce((sum, tile) => sum + tile.entries, 0);
  return { tiles, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0), left: Math.max(0, total - drawn) };
}

/** Colour by type, so that the same type looks alike at every host. */
function toneOf(type: string): string {
  if (/html|xml/.test(type)) return '--graph-1';
  if (/^(js|css)$/.test(type)) return '--graph-3';
  if (/png|jpe?g|webp|gif|avif|svg/.test(type)) return '--graph-2';
  if (/json/.test(type)) return '--graph-4';
  return '--graph-6';
}

export function Treemap(): JSX.Element {
  const t = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const cacheVersion = useStats((state) => state.latest?.cache.version ?? 0);
  const slow = Math.floor(useNow(REDRAW_MS) / REDRAW_MS);
  const [asked, setAsked] = useState({ version: -1, slow: 0, n: 0 });
  // Asked again when the cache changed, yet not more often than the slow clock ticks.
  if (asked.version !== cacheVersion && asked.slow !== slow) setAsked({ version: cacheVersion, slow, n: asked.n + 1 });
  // What was changed from here is drawn at once.
  const changes = useCacheUi((state) => state.changes);
  const { value, problem } = useAnswer('treemap', asked.n + changes, loadTiles);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const placed = value === null ? [] : layOut(value.tiles, (tile) => tile.bytes, { x: 0, y: 0, ...size });
  return (
    <section className="treemap" aria-label={t.cache.map}>
      <p className="treemap-head faint">
        {problem ?? (value === null ? t.app.loading : t.cache.mapTotal(value.tiles.length, formatBytes(value.bytes)))}
        {value !== null && value.left > 0 && ` ${t.cache.mapLeft(value.left)}`}
      </p>
      <div ref={box} className="treemap-box">
        {placed.map(({ item, x, y, width, height }) => {
          const name = `${clip(item.host)} ${clip(item.type)}: ${t.cache.total(item.entries, formatBytes(item.bytes))}`;
          return (
            <button
              key={`${item.host} ${item.type}`}
              type="button"
              className="tile"
              title={name}
              aria-label={name}
              style={{ left: x, top: y, width, height, '--tile': `var(${toneOf(item.type)})` } as CSSProperties}
              onClick={() => setCacheFilter(tileFilter(item))}
            >
              {width > WORDS.width && height > WORDS.height && (
                <>
                  <strong className="cut">{clip(item.type)}</strong>
                  <span className="cut">{clip(item.host)}</span>
                  <span className="cut soft">{formatBytes(item.bytes)}</span>
                </>
              )}
            </button>
          );
        })}
      </div>
    </section>
  );
}
