/** Live graphs of the cache and of the core's process, with one crosshair through all of them. */
import { useMemo, useState, type JSX } from 'react';
import type { StatsSample } from '../../proxy-core/contract/stats.ts';
import { useTexts } from '../i18n/index.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { useStats } from '../state/stats.ts';
import { saveFile } from '../ui/copy.ts';
import { formatAge, formatBytes, formatCount, formatDuration, formatRatio } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Graph } from './Graph.tsx';
import { graphSpecs, toCsv } from './series.ts';
import './memory.css';

const SPANS = [1, 5, 15] as const;

function Totals({ sample }: { sample: StatsSample }): JSX.Element {
  const t = useTexts();
  const { totals, cache } = sample;
  const names = t.memory.totals;
  const answered = totals.byCacheStatus.HIT + totals.byCacheStatus.MISS + totals.byCacheStatus.BYPASS;
  const figures: [string, string, string][] = [
    ['requests', names.requests, formatCount(totals.requests)],
    ['ratio', names.hitRatio, formatRatio(totals.byCacheStatus.HIT, answered)],
    ['from-cache', names.fromCache, formatBytes(totals.bytesByCacheStatus.HIT)],
    ['entries', names.entries, formatCount(cache.entries)],
    ['bytes', names.bytes, formatBytes(cache.bytes)],
    // Nothing to tell unless compression is on and found something to save.
    ...(cache.savedBytes > 0
      ? [['saved', names.saved, formatBytes(cache.savedBytes)] as [string, string, string]]
      : []),
    ['in-flight', names.inFlight, formatCount(totals.inFlight)],
    ['tunnels', names.tunnels, formatCount(totals.tunnelsOpen)],
    ['uptime', names.uptime, formatAge(sample.uptimeSeconds)],
  ];
  return (
    <dl className="totals">
      {figures.map(([id, name, value]) => (
        <div key={id}>
          <dt>{name}</dt>
          <dd data-testid={`total-${id}`}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function MemoryView(): JSX.Element {
  const t = useTexts();
  const minutes = usePrefs((state) => state.graphMinutes);
  const live = useStats((state) => state.samples);
  const [frozen, setFrozen] = useState<readonly StatsSample[] | null>(null);
  const samples = frozen ?? live;
  const latest = samples.at(-1) ?? null;
  const specs = useMemo(() => graphSpecs(t), [t]);
  const toMs = latest?.atMs ?? 0;
  const fromMs = toMs - minutes * 60_000;

  return (
    <main className="view memory" aria-label={t.app.views.memory}>
      <div className="toolbar">
        <div className="segmented" role="group" aria-label={t.memory.span}>
          {SPANS.map((span) => (
            <button
              key={span}
              type="button"
              aria-pressed={span === minutes}
              onClick={() => setPrefs({ graphMinutes: span })}
            >
              {formatDuration(span * 60_000)}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="button quiet"
          aria-pressed={frozen !== null}
          onClick={() => setFrozen(frozen === null ? live : null)}
        >
          <Icon name={frozen === null ? 'pause' : 'play'} size={14} />
          {frozen === null ? t.memory.pause : t.memory.resume}
        </button>
        <span className="grow" />
        <button
          type="button"
          className="button"
          disabled={latest === null}
          onClick={() =>
            saveFile(`bsdm-graphs-${new Date(toMs).toISOString().replace(/[:.]/g, '-')}.csv`, 'text/csv', [
              toCsv(specs, samples, fromMs),
            ])
          }
        >
          <Icon name="save" size={14} />
          {t.memory.export}
        </button>
      </div>
      {latest === null ? (
        <div className="empty">{t.memory.waiting}</div>
      ) : (
        <div className="memory-scroll" tabIndex={0} role="region" aria-label={t.memory.title}>
          <Totals sample={latest} />
          <div className="graphs">
            {specs.map((spec) => (
              <Graph key={spec.id} spec={spec} samples={samples} fromMs={fromMs} toMs={toMs} />
            ))}
          </div>
        </div>
      )}
    </main>
  );
}
