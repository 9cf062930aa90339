/** The hosts asked most and the reasons of misses; a click shows exactly those exchanges. */
import { useState, type JSX } from 'react';
import { quoteValue } from '../../proxy-core/contract/filter/edit.ts';
import { useTexts } from '../i18n/index.ts';
import { useStatisticsTexts } from './texts.ts';
import { setPrefs } from '../state/prefs.ts';
import { setFilterText } from '../state/selection.ts';
import { ring } from '../state/traffic.ts';
import { formatCount, formatRatio } from '../ui/format.ts';
import { countTop, type Counted, type Top } from './top.ts';

const countNow = (): Top => countTop((visit) => ring.forEach(visit));

function show(filter: string): void {
  setFilterText(filter);
  setPrefs({ view: 'traffic' });
}

function List({
  id,
  title,
  note,
  rows,
  none,
  most,
  label,
  words = (name) => name,
  share,
  filterOf,
}: {
  id: string;
  title: string;
  note: string;
  rows: readonly Counted[];
  /** In the place of rows. */
  none: string;
  /** The longest bar. */
  most: number;
  label: (name: string) => string;
  /** How a name reads; as it is, unless told otherwise. */
  words?: (name: string) => string;
  share?: (row: Counted) => string;
  filterOf: (name: string) => string;
}): JSX.Element {
  return (
    <section className="graph top-card" aria-labelledby={`top-${id}`}>
      <div className="graph-head">
        <h2 id={`top-${id}`}>{title}</h2>
        <span className="legend faint">{note}</span>
      </div>
      {rows.length === 0 ? (
        <p className="faint top-none">{none}</p>
      ) : (
        <ol className="top-list" data-testid={`top-${id}`}>
          {rows.map((row) => (
            <li key={row.name}>
              <button type="button" title={label(row.name)} onClick={() => show(filterOf(row.name))}>
                <svg className="top-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={(100 * row.count) / Math.max(1, most)} height="1" />
                </svg>
                <span className="top-name">{words(row.name)}</span>
                {share !== undefined && <span className="faint">{share(row)}</span>}
                <strong>{formatCount(row.count)}</strong>
              </button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** `atMs` is the time of the newest sample: counted anew with each, while the view is shown. */
export function TopLists({ atMs }: { atMs: number }): JSX.Element {
  const t = useTexts();
  const w = useStatisticsTexts().top;
  const [counted, setCounted] = useState(() => ({ atMs, top: countNow() }));
  // The ring is no state of React's: it is read anew with each sample.
  if (counted.atMs !== atMs) setCounted({ atMs, top: countNow() });
  const { top } = counted;
  const words = new Map<string, string>(Object.entries(t.reasons.words));
  return (
    <>
      <List
        id="hosts"
        title={w.hosts}
        note={`${w.of(top.exchanges)}${top.hostsLeft > 0 ? `, ${w.left(top.hostsLeft)}` : ''}`}
        rows={top.hosts}
        none={w.none}
        most={top.hosts[0]?.count ?? 0}
        label={w.showHost}
        share={({ hits, count }) => w.hits(formatRatio(hits, count))}
        filterOf={(host) => `host=${quoteValue(host)}`}
      />
      <List
        id="reasons"
        title={w.reasons}
        note={w.ofMisses(top.misses)}
        rows={top.reasons}
        none={w.noMisses}
        most={top.reasons[0]?.count ?? 0}
        label={w.showReason}
        words={(reason) => words.get(reason) ?? reason}
        filterOf={(reason) => `cache:miss reason=${quoteValue(reason)}`}
      />
    </>
  );
}
