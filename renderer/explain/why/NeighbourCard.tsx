/** The stored response that almost matched, and what kept it from matching: the two values side by side. */
import { useId, type JSX } from 'react';
import type { Neighbour } from '../../../proxy-core/contract/reasons.ts';
import { useTexts } from '../../i18n/index.ts';
import { showEntry } from '../../state/selection.ts';
import { clip, formatAge, formatClock } from '../../ui/format.ts';
import { partValues } from './deciding.ts';

export function NeighbourCard({ neighbour }: { neighbour: Neighbour }): JSX.Element {
  const t = useTexts();
  const title = useId();
  const { difference: d, entryId, url } = neighbour;
  return (
    <section className="card" aria-labelledby={title} data-testid="neighbour">
      <div className="card-head">
        <h2 id={title}>{t.detail.neighbour}</h2>
        {entryId !== undefined && (
          <button type="button" className="link" onClick={() => showEntry(entryId)}>
            {t.detail.openEntry}
          </button>
        )}
      </div>
      <code className="cut soft" title={clip(url)}>
        {clip(url)}
      </code>
      {d.kind === 'expired' ? (
        <p>{t.detail.neighbourExpired(formatAge(d.secondsAgo))}</p>
      ) : d.kind === 'removed' ? (
        <p>
          {t.detail.neighbourRemoved(t.detail.removal[d.why], formatClock(d.atMs, false))}
          {d.by !== undefined && <code> {d.by}</code>}
        </p>
      ) : (
        <>
          <p>
            {t.detail.difference[d.kind]}{' '}
            {d.kind === 'vary' ? <code>{d.field}</code> : d.kind === 'query' ? <code>{d.parameter}</code> : null}
          </p>
          <TwoValues stored={d.stored} sent={d.sent} />
        </>
      )}
    </section>
  );
}

/** Each value as it was; what it has of its own is set off. */
function TwoValues({ stored, sent }: { stored: string | null; sent: string | null }): JSX.Element {
  const t = useTexts();
  const parted = stored === null || sent === null ? null : partValues(clip(stored), clip(sent));
  const sides = [
    ['stored', t.detail.neighbourStored, stored],
    ['sent', t.detail.neighbourSent, sent],
  ] as const;
  return (
    <dl className="two-values">
      {sides.map(([side, name, value]) => (
        <div key={side} className={`value-${side}`}>
          <dt>{name}</dt>
          <dd>
            {value === null ? (
              <em className="faint">{t.detail.neighbourAbsent}</em>
            ) : parted === null ? (
              <code>{clip(value)}</code>
            ) : (
              <code>
                {parted.before}
                <b>{parted[side]}</b>
                {parted.after}
              </code>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
