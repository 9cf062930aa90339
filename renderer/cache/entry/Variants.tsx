/** The variants of a URL side by side: what differs between them stands out; a head leads to its variant. */
import type { CSSProperties, JSX } from 'react';
import { compareEntryIds } from '../../../proxy-core/contract/entry-id.ts';
import type { EntryDetail, EntrySummary } from '../../../proxy-core/contract/entry.ts';
import { useTexts } from '../../i18n/index.ts';
import { useCacheUi } from '../../state/selection.ts';
import { clip, formatAge, formatBytes, formatCount } from '../../ui/format.ts';
import { freshnessText } from '../Freshness.tsx';

export function Variants({ detail, now }: { detail: EntryDetail; now: number }): JSX.Element | null {
  const t = useTexts();
  const c = t.cache;
  if (detail.variants.length === 0) return null;
  const all = [detail.entry, ...detail.variants].sort((a, b) => compareEntryIds(a.id, b.id));
  const rows: [name: string, of: (entry: EntrySummary) => string][] = [
    [c.column.status, (entry) => String(entry.status)],
    [c.column.type, (entry) => entry.contentType ?? '–'],
    [c.bodySize, (entry) => formatBytes(entry.bodyBytes)],
    [c.column.hits, (entry) => formatCount(entry.hits)],
    [c.storedAt, (entry) => c.ago(formatAge((now - entry.storedAtMs) / 1000))],
    [t.panes.freshness, (entry) => freshnessText(entry, now, t)],
    ['ETag', (entry) => entry.etag ?? '–'],
  ];
  return (
    <section className="variants" aria-label={c.variants}>
      <h2>{c.variants}</h2>
      <div className="variants-scroll" role="region" tabIndex={0} aria-label={c.variants}>
        <table style={{ '--variants': all.length } as CSSProperties}>
          <thead>
            <tr>
              <td />
              {all.map((entry) => (
                <th key={entry.id} scope="col" className={entry.id === detail.entry.id ? 'this' : ''}>
                  <button
                    type="button"
                    className="variant-head"
                    aria-current={entry.id === detail.entry.id}
                    onClick={() => useCacheUi.setState({ entryId: entry.id })}
                  >
                    <code>{clip(entry.variant === '' ? entry.method : entry.variant)}</code>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, of]) => {
              const values = all.map(of);
              return (
                <tr key={name} className={new Set(values).size > 1 ? 'differs' : ''}>
                  <th scope="row">{name}</th>
                  {all.map((entry, index) => (
                    <td key={entry.id} className={entry.id === detail.entry.id ? 'this' : ''}>
                      {clip(values[index] ?? '')}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
