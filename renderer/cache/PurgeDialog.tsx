/** Before evicting: how many entries and bytes will go, with a few of their URLs. */
import { useState, type JSX } from 'react';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { openPurge, useCacheUi, type PurgeDialog } from '../state/selection.ts';
import { showProblem } from '../state/toasts.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { formatBytes } from '../ui/format.ts';
import { useAnswer } from '../ui/hooks.ts';
import { reportEviction, selectorOf } from './actions.ts';

function Purge({ initial }: { initial: PurgeDialog }): JSX.Element {
  const t = useTexts();
  const [dialog, setDialog] = useState(initial);
  const [busy, setBusy] = useState(false);
  const text = dialog.kind === 'host' ? dialog.host : dialog.kind === 'pattern' ? dialog.pattern : null;
  const complete = text === null || text.trim() !== '';
  const preview = useAnswer(complete ? `purge-${JSON.stringify(dialog)}` : null, 0, () =>
    call('cache.purge', { selector: selectorOf(dialog), dryRun: true }),
  );
  const result = preview.value;
  const close = (): void => openPurge(null);

  function evict(): void {
    setBusy(true);
    call('cache.purge', { selector: selectorOf(dialog), dryRun: false }).then(
      (done) => {
        void reportEviction(done);
        close();
      },
      (problem: unknown) => {
        showProblem(problem);
        setBusy(false);
      },
    );
  }

  return (
    <Dialog
      title={t.cache.dialogTitle}
      onClose={close}
      foot={
        <>
          <button type="button" className="button" onClick={close}>
            {t.app.cancel}
          </button>
          <button
            type="button"
            className="button danger"
            disabled={busy || result === null || result.entries === 0}
            onClick={evict}
          >
            {t.cache.evict}
          </button>
        </>
      }
    >
      {text !== null && (
        <label className="labelled">
          <span>{dialog.kind === 'host' ? t.cache.dialogHost : t.cache.dialogPattern}</span>
          <input
            className="input mono"
            spellCheck={false}
            value={text}
            onChange={(event) =>
              setDialog(
                dialog.kind === 'host'
                  ? { kind: 'host', host: event.target.value }
                  : { kind: 'pattern', pattern: event.target.value },
              )
            }
            onKeyDown={(event) => {
              if (event.key === 'Enter' && result !== null && result.entries > 0 && !busy) evict();
            }}
          />
        </label>
      )}
      <p role="status" className="purge-count">
        {!complete
          ? ''
          : (preview.problem ??
            (result === null
              ? t.cache.dialogCounting
              : result.entries === 0
                ? t.cache.dialogNone
                : t.cache.dialogWill(result.entries, formatBytes(result.bytes))))}
      </p>
      {result !== null && result.sample.length > 0 && (
        <ul className="purge-sample">
          {result.sample.map((url, index) => (
            <li key={`${url}-${index}`} className="cut mono" title={url}>
              {url}
            </li>
          ))}
          {result.entries > result.sample.length && <li className="faint">…</li>}
        </ul>
      )}
    </Dialog>
  );
}

/** Shows the dialog whenever one is asked for. */
export function PurgeDialogHost(): JSX.Element | null {
  const dialog = useCacheUi((state) => state.dialog);
  return dialog === null ? null : <Purge key={JSON.stringify(dialog)} initial={dialog} />;
}
