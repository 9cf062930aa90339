/** How the cache and its process are doing: tiles, graphs with one crosshair through all of them, what is asked and what misses. */
import { useMemo, useState, type JSX } from 'react';
import type { StatsSample } from '../../proxy-core/contract/stats.ts';
import { useTexts } from '../i18n/index.ts';
import { useStatisticsTexts } from './texts.ts';
import { Choice } from '../kit/Choice.tsx';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { useStats } from '../state/stats.ts';
import { saveFile } from '../ui/copy.ts';
import { formatAge, formatDuration } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Graph } from './Graph.tsx';
import { useProcesses } from './processes.ts';
import { graphSpecs, toCsv, type GraphSpec } from './series.ts';
import { Tiles } from './Tiles.tsx';
import { TopLists } from './TopLists.tsx';
import './statistics.css';

/** The lists stand behind the graphs of traffic, before those of the store. */
const BEFORE_LISTS = 3;
const SPANS = ['1', '5', '15'] as const;

export function StatisticsView(): JSX.Element {
  const views = useTexts().app.views;
  const t = useStatisticsTexts();
  const minutes = usePrefs((state) => state.graphMinutes);
  const live = useStats((state) => state.samples);
  const [frozen, setFrozen] = useState<readonly StatsSample[] | null>(null);
  const samples = frozen ?? live;
  const latest = samples.at(-1) ?? null;
  const specs = useMemo(() => graphSpecs(t), [t]);
  const toMs = latest?.atMs ?? 0;
  const fromMs = toMs - minutes * 60_000;
  const graph = (spec: GraphSpec): JSX.Element => (
    <Graph key={spec.id} spec={spec} samples={samples} fromMs={fromMs} toMs={toMs} />
  );
  useProcesses(live.at(-1)?.atMs ?? 0);

  return (
    <main className="view statistics" aria-label={views.statistics}>
      <div className="toolbar">
        <Choice
          label={t.span}
          options={SPANS.map((value) => ({ value, label: formatDuration(Number(value) * 60_000) }))}
          value={SPANS.find((span) => Number(span) === minutes) ?? '5'}
          onChange={(span) => setPrefs({ graphMinutes: Number(span) })}
        />
        <button
          type="button"
          className="button quiet"
          aria-pressed={frozen !== null}
          onClick={() => setFrozen(frozen === null ? live : null)}
        >
          <Icon name={frozen === null ? 'pause' : 'play'} size={14} />
          {frozen === null ? t.pause : t.resume}
        </button>
        <span className="grow" />
        {latest !== null && <span className="faint">{t.uptime(formatAge(latest.uptimeSeconds))}</span>}
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
          {t.export}
        </button>
      </div>
      {latest === null ? (
        <div className="empty">{t.waiting}</div>
      ) : (
        <div className="statistics-scroll" tabIndex={0} role="region" aria-label={t.title}>
          <Tiles samples={samples} fromMs={fromMs} />
          <div className="graphs">
            {specs.slice(0, BEFORE_LISTS).map(graph)}
            <TopLists atMs={toMs} />
            {specs.slice(BEFORE_LISTS).map(graph)}
          </div>
        </div>
      )}
    </main>
  );
}
