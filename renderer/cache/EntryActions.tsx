/** The buttons over an entry: revalidate (with its result), pin, make stale, set lifetime, evict. */
import { useState, type JSX } from 'react';
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { compare, useComparing } from '../state/comparing.ts';
import { useCacheUi } from '../state/selection.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { clip, formatDuration, parseDuration } from '../ui/format.ts';
import { pickSide } from '../ui/pick-side.ts';
import { Icon } from '../ui/icons.tsx';
import { evictOne } from './actions.ts';
import { RevalidateReport } from './RevalidateReport.tsx';
import { entryWindow } from './use-entry-window.ts';

const MAX_LIFETIME_SECONDS = 31_536_000;

/** `2h` as seconds; null when it is no duration, has no unit, or is too long. */
export function parseLifetime(text: string): number | null {
  if (!/[a-z]/i.test(text) && text.trim() !== '0') return null;
  const ms = parseDuration(text);
  const seconds = ms === null ? null : Math.round(ms / 1000);
  return seconds === null || seconds > MAX_LIFETIME_SECONDS ? null : seconds;
}

function LifetimeDialog({
  entry,
  onClose,
  onSet,
}: {
  entry: EntrySummary;
  onClose: () => void;
  onSet: (seconds: number) => void;
}): JSX.Element {
  const t = useTexts();
  const [text, setText] = useState('1h');
  const seconds = parseLifetime(text);
  return (
    <Dialog
      title={t.cache.setLifetime}
      onClose={onClose}
      foot={
        <>
          <button type="button" className="button" onClick={onClose}>
            {t.app.cancel}
          </button>
          <button
            type="button"
            className="button primary"
            disabled={seconds === null}
            onClick={() => seconds !== null && onSet(seconds)}
          >
            {t.cache.setLifetime}
          </button>
        </>
      }
    >
      <p className="cut faint">{entry.url}</p>
      <label className="labelled">
        <span>{t.cache.lifetimeLabel}</span>
        <input
          className="input"
          value={text}
          aria-invalid={seconds === null}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && seconds !== null && onSet(seconds)}
        />
      </label>
      <p role="status" className={seconds === null ? 'wrong-text' : 'faint'}>
        {seconds === null ? t.cache.lifetimeBad : t.cache.lifetimeSet(formatDuration(seconds * 1000))}
      </p>
    </Dialog>
  );
}

export function EntryActions({ entry, onChanged }: { entry: EntrySummary; onChanged: () => void }): JSX.Element {
  const t = useTexts();
  const [asking, setAsking] = useState(false);
  const report = useCacheUi((state) => (state.report?.entryId === entry.id ? state.report.result : null));
  const [lifetime, setLifetime] = useState(false);
  const { id } = entry;
  const picked = useComparing((state) => state.picked);
  const side = { ref: { entry: id }, label: clip(`${entry.method} ${entry.url}`) };

  function changed(next: EntrySummary): void {
    entryWindow.replace(next);
    onChanged();
  }
  function revalidate(): void {
    setAsking(true);
    useCacheUi.setState({ report: null });
    call('entry.revalidate', { id })
      .then((result) => {
        // A changed reply is stored as another entry: go on showing what is stored now.
        const entryId = result.kind === 'changed' && result.entry !== null ? result.entry.id : id;
        useCacheUi.setState({ entryId, report: { entryId, result } });
        onChanged();
      }, showProblem)
      .finally(() => setAsking(false));
  }

  return (
    <>
      <div className="entry-actions">
        <button type="button" className="button primary" disabled={asking} onClick={revalidate}>
          <Icon name="refresh" size={14} />
          {asking ? t.cache.revalidating : t.cache.revalidate}
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={entry.pinned}
          title={t.cache.pinHint}
          onClick={() => void call('entry.pin', { id, pinned: !entry.pinned }).then(changed, showProblem)}
        >
          {entry.pinned ? t.cache.unpin : t.cache.pin}
        </button>
        <button
          type="button"
          className="button"
          disabled={entry.staleAtMs <= entry.storedAtMs}
          onClick={() =>
            void call('entry.makeStale', { id }).then((next) => {
              changed(next);
              showToast({ tone: 'info', text: t.cache.madeStale });
            }, showProblem)
          }
        >
          {t.cache.makeStale}
        </button>
        <button type="button" className="button" onClick={() => setLifetime(true)}>
          {t.cache.setLifetime}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => (picked === null ? pickSide(side) : compare(picked, side))}
        >
          {picked === null ? t.traffic.menu.compareWith : t.traffic.menu.compareTo(picked.label)}
        </button>
        <button type="button" className="button evict" onClick={() => evictOne(id)}>
          <Icon name="trash" size={14} />
          {t.cache.evict}
        </button>
      </div>
      {report !== null && <RevalidateReport result={report} onClose={() => useCacheUi.setState({ report: null })} />}
      {lifetime && (
        <LifetimeDialog
          entry={entry}
          onClose={() => setLifetime(false)}
          onSet={(seconds) => {
            setLifetime(false);
            call('entry.setLifetime', { id, seconds }).then((next) => {
              changed(next);
              showToast({ tone: 'good', text: t.cache.lifetimeSet(formatDuration(seconds * 1000)) });
            }, showProblem);
          }}
        />
      )}
    </>
  );
}
