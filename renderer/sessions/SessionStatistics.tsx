/** What an opened session comes to. */
import { useState, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { countTop } from '../statistics/top.ts';
import { ring } from '../state/traffic.ts';
import { formatBytes, formatCount, formatDuration, formatRatio } from '../ui/format.ts';
import { countSession } from './counts.ts';
import { useSessionWords } from './words.ts';

function Table({ title, rows }: { title: string; rows: readonly [name: string, count: number][] }): JSX.Element {
  const w = useSessionWords();
  return (
    <section>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="faint">{w.stats.none}</p>
      ) : (
        <table className="s-table">
          <tbody>
            {rows.map(([name, count]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{formatCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function SessionStatistics({ name, onClose }: { name: string; onClose: () => void }): JSX.Element {
  const t = useTexts();
  const w = useSessionWords();
  const s = w.stats;
  // As it stood when it was asked for.
  const [{ counts, top }] = useState(() => ({
    counts: countSession((visit) => ring.forEach(visit)),
    top: countTop((visit) => ring.forEach(visit)),
  }));
  const words = new Map<string, string>(Object.entries(t.reasons.words));
  const time = (ms: number | undefined): string => (ms === undefined ? '–' : formatDuration(ms));
  const tiles: [string, string][] = [
    [s.exchanges, formatCount(counts.exchanges)],
    [s.ratio, formatRatio(counts.hits, counts.answered)],
    [s.bytes, formatBytes(counts.bytes)],
    [s.median, time(counts.medianMs)],
    [s.slow, time(counts.slowMs)],
    [s.errors, formatCount(counts.failed)],
  ];
  const named = (rows: readonly [string | undefined, number][], none: string): [string, number][] =>
    rows.map(([row, count]) => [row ?? none, count]);
  return (
    <Dialog title={s.title(name)} width="wide" onClose={onClose}>
      <dl className="s-tiles">
        {tiles.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="s-tables">
        <Table title={s.outcomes} rows={named(counts.outcomes, s.noOutcome)} />
        <Table title={s.statuses} rows={named(counts.statuses, s.noStatus)} />
        <Table title={s.types} rows={named(counts.types, '–')} />
        <Table title={s.hosts} rows={top.hosts.map(({ name: host, count }) => [host, count])} />
        <Table
          title={s.reasons}
          rows={top.reasons.map(({ name: reason, count }) => [words.get(reason) ?? reason, count])}
        />
      </div>
    </Dialog>
  );
}
