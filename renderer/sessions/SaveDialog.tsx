/** Asks which exchanges are saved, and whether with their secrets; then fetches the file from the core and hands it to the browser. */
import { useRef, useState, type JSX } from 'react';
import { call } from '../connection/core.ts';
import { Choice } from '../kit/Choice.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { Switch } from '../kit/Switch.tsx';
import { useTrafficUi } from '../state/selection.ts';
import { openSaving, useSessions } from '../state/sessions.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { list, ofShown, ring, rowOf, useTraffic } from '../state/traffic.ts';
import { saveFile } from '../ui/copy.ts';
import { formatBytes, formatCount } from '../ui/format.ts';
import { sessionWords, useSessionWords } from './words.ts';
import './sessions.css';

type Which = 'all' | 'shown' | 'selected';

/** Ids of the rows meant that the core still knows, oldest first; undefined for all it has. */
function idsOf(which: Which): number[] | undefined {
  if (which === 'all') return undefined;
  const keys =
    which === 'selected'
      ? [...useTrafficUi.getState().selected]
      : Array.from({ length: list.length }, (_, index) => list.keyAt(index)).filter((key) => key !== undefined);
  return keys
    .filter((key) => ring.isLive(key))
    .sort((a, b) => a - b)
    .flatMap((key) => rowOf(key)?.id ?? []);
}

const nameOf = (gzip: boolean): string =>
  `bsdm-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.har${gzip ? '.gz' : ''}`;

interface Wanted {
  which: Which;
  blank: boolean;
  gzip: boolean;
}

/** The file as a Blob, which the browser keeps outside the page's heap. */
async function fetchHar(
  { which, blank, gzip }: Wanted,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Blob[]> {
  const ids = idsOf(which);
  const { id } = await call('har.begin', { blank, gzip, ...ofShown(), ...(ids !== undefined && { ids }) });
  const parts: Blob[] = [];
  let size = 0;
  try {
    for (;;) {
      const { bytes } = await call('har.read', { id });
      signal.throwIfAborted();
      if (bytes.length === 0) return parts;
      parts.push(new Blob([new Uint8Array(bytes)]));
      size += bytes.length;
      onProgress(size);
    }
  } finally {
    await call('har.end', { id }).catch(() => undefined);
  }
}

export function SaveDialog(): JSX.Element {
  const w = useSessionWords();
  const s = w.saving;
  const total = useTraffic((state) => state.total);
  const shown = useTraffic((state) => state.shown);
  const selected = useTrafficUi((state) => state.selected.size);
  const name = useSessions((state) => state.opened.find(({ id }) => id === state.shown)?.name);
  const [wanted, setWanted] = useState<Wanted>({
    which: selected > 1 ? 'selected' : shown < total ? 'shown' : 'all',
    blank: true,
    gzip: false,
  });
  const [written, setWritten] = useState<number | null>(null);
  const abort = useRef<AbortController | null>(null);
  const counts: Record<Which, number> = { all: total, shown, selected };
  const set = (change: Partial<Wanted>): void => setWanted({ ...wanted, ...change });
  const close = (): void => {
    abort.current?.abort();
    openSaving(false);
  };

  async function save(): Promise<void> {
    const stop = (abort.current = new AbortController());
    setWritten(0);
    try {
      const parts = await fetchHar(wanted, setWritten, stop.signal);
      const file = nameOf(wanted.gzip);
      saveFile(file, wanted.gzip ? 'application/gzip' : 'application/json', parts);
      showToast({ tone: 'good', text: sessionWords().saving.done(file) });
      openSaving(false);
    } catch (problem) {
      setWritten(null);
      if (!stop.signal.aborted) showProblem(problem);
    }
  }

  return (
    <Dialog
      title={name === undefined ? s.title : `${s.title}: ${name}`}
      onClose={close}
      foot={
        <>
          <button type="button" className="button" onClick={close}>
            {s.cancel}
          </button>
          <button
            type="button"
            className="button primary"
            disabled={written !== null || counts[wanted.which] === 0}
            onClick={() => void save()}
          >
            {s.save}
          </button>
        </>
      }
    >
      <div className="s-form">
        <Choice
          label={s.which}
          options={(['all', 'shown', 'selected'] as const).map((value) => ({ value, label: s[value] }))}
          value={wanted.which}
          onChange={(which) => set({ which })}
        />
        <p className="faint">{s.count(formatCount(counts[wanted.which]))}</p>
        <div className="s-switch">
          <Switch label={s.blank} describedBy="s-blank" on={wanted.blank} onChange={(blank) => set({ blank })} />
          <span aria-hidden="true">{s.blank}</span>
        </div>
        <p id="s-blank" className={wanted.blank ? 'faint' : 'warn-text'}>
          {wanted.blank ? s.blankHint : s.keepHint}
        </p>
        <div className="s-switch">
          <Switch label={s.gzip} on={wanted.gzip} onChange={(gzip) => set({ gzip })} />
          <span aria-hidden="true">{s.gzip}</span>
        </div>
        {written !== null && <p role="status">{s.progress(formatBytes(written))}</p>}
      </div>
    </Dialog>
  );
}
