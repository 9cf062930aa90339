/** Stores of trust: what each knows of the CA, and the lines that change it, run only after they were shown. */
import { useState, type JSX } from 'react';
import type { TrustReport, TrustStore } from '../../proxy-core/contract/clients.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { Lines } from './Lines.tsx';

type Change = 'install' | 'remove';

const BADGES = { trusted: 'good', other: 'wait', absent: '', unknown: 'wait', missing: '' } as const;

/** Asks before anything is run. */
function Confirm({
  store,
  change,
  name,
  onClose,
  onDone,
}: {
  store: TrustStore;
  change: Change;
  name: string;
  onClose: () => void;
  onDone: (report: TrustReport) => void;
}): JSX.Element {
  const t = useTexts();
  const w = t.clients.trust;
  const [running, setRunning] = useState(false);
  const title = change === 'install' ? w.installIn(name) : w.removeFrom(name);
  function run(): void {
    setRunning(true);
    call(change === 'install' ? 'trust.install' : 'trust.remove', { store: store.id })
      .then((report) => {
        showToast({ tone: 'good', text: change === 'install' ? w.installed(name) : w.removed(name) });
        onDone(report);
      }, showProblem)
      .finally(onClose);
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <button type="button" className="button" onClick={onClose}>
            {t.app.cancel}
          </button>
          <button type="button" className="button primary" disabled={running} onClick={run}>
            {w.run}
          </button>
        </>
      }
    >
      <p>{change === 'install' ? w.confirmInstall : w.confirmRemove}</p>
      <Lines lines={store[change]} label={w.linesFor(name)} />
    </Dialog>
  );
}

function Store({ store, onChange }: { store: TrustStore; onChange: (change: Change) => void }): JSX.Element {
  const t = useTexts();
  const w = t.clients.trust;
  const name = w.kinds[store.kind];
  return (
    <li data-testid="trust-store" data-store={store.kind} data-state={store.state}>
      <div className="connect-line">
        <span className={`dot ${BADGES[store.state]}`} />
        <strong>{name}</strong>
        <span>{w.states[store.state]}</span>
        <code className="faint grow cut" title={store.where}>
          {store.where}
        </code>
        {store.canRun && store.install.length > 0 && store.state !== 'trusted' && (
          <button type="button" className="button" aria-label={w.installIn(name)} onClick={() => onChange('install')}>
            {w.install}
          </button>
        )}
        {store.canRun && store.remove.length > 0 && (
          <button type="button" className="button" aria-label={w.removeFrom(name)} onClick={() => onChange('remove')}>
            {w.remove}
          </button>
        )}
      </div>
      {store.note !== undefined && (
        <p className="faint">
          {w.notes[store.note]}
          {store.detail !== undefined && `: ${store.detail}`}
        </p>
      )}
      {(store.install.length > 0 || store.remove.length > 0) && (
        <details>
          <summary aria-label={w.linesFor(name)}>{w.lines}</summary>
          {store.install.length > 0 && (
            <>
              <p className="faint">{w.toInstall}</p>
              <Lines lines={store.install} label={w.installIn(name)} />
            </>
          )}
          <p className="faint">{store.remove.length > 0 ? w.toRemove : w.nothingToRemove}</p>
          {store.remove.length > 0 && <Lines lines={store.remove} label={w.removeFrom(name)} />}
        </details>
      )}
    </li>
  );
}

export function Trust({
  report,
  onReport,
  onRefresh,
}: {
  report: TrustReport;
  onReport: (report: TrustReport) => void;
  onRefresh: () => void;
}): JSX.Element {
  const t = useTexts();
  const w = t.clients.trust;
  const [asked, setAsked] = useState<{ store: TrustStore; change: Change } | null>(null);
  return (
    <section className="set-group" aria-labelledby="connect-trust">
      <div className="connect-line">
        <h2 id="connect-trust" className="grow">
          {w.title}
        </h2>
        <button type="button" className="button quiet" onClick={onRefresh}>
          {w.refresh}
        </button>
      </div>
      <div className="set-card connect-card">
        <p className="soft">{w.lead}</p>
        <ul className="connect-stores">
          {report.stores.map((store) => (
            <Store key={store.id} store={store} onChange={(change) => setAsked({ store, change })} />
          ))}
        </ul>
      </div>
      {asked !== null && (
        <Confirm
          {...asked}
          name={w.kinds[asked.store.kind]}
          onClose={() => setAsked(null)}
          onDone={(next) => {
            onReport(next);
          }}
        />
      )}
    </section>
  );
}
