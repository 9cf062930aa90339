/** Beforehand, what switching the system proxy does. */
import type { JSX } from 'react';
import { Lines } from '../connect/Lines.tsx';
import { useTexts } from '../i18n/index.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { closeSwitching, switchSystemProxy, useSystemProxy, type Switching } from './system-proxy.ts';

export function SystemProxyDialog(): JSX.Element | null {
  const t = useTexts();
  const dialog = useSystemProxy((state) => state.dialog);
  if (dialog === null) return null;
  const s = t.systemProxy;
  const { what, plan } = dialog;
  const confirm = (): void => {
    closeSwitching();
    switchSystemProxy(what);
  };
  return (
    <Dialog
      title={s.dialog[what]}
      width="wide"
      onClose={closeSwitching}
      foot={
        <>
          <button type="button" className="button" onClick={closeSwitching}>
            {t.app.cancel}
          </button>
          <button type="button" className="button primary" disabled={plan === null} onClick={confirm}>
            {what === 'on' ? s.switchOn : s.switchOff}
          </button>
        </>
      }
    >
      {plan === null ? <p role="status">{s.dialog.asking}</p> : <Plan what={what} {...plan} />}
    </Dialog>
  );
}

function Plan({
  what,
  lines,
  kept,
  problems,
  state,
}: { what: Switching } & Pick<
  NonNullable<NonNullable<ReturnType<typeof useSystemProxy.getState>['dialog']>['plan']>,
  'lines' | 'kept' | 'problems' | 'state'
>): JSX.Element {
  const s = useTexts().systemProxy;
  return (
    <div className="system-proxy-plan">
      <p>
        {s.dialog.places(state.places.join(', '))}. {lines.length > 0 ? s.dialog.lead : s.dialog.nothing}
      </p>
      {lines.length > 0 && <Lines lines={lines} label={s.dialog.lines} />}
      {kept.length > 0 && (
        <>
          <p>{s.dialog.keptLead}</p>
          <ul>
            {kept.map((key) => (
              <li key={key}>{key}</li>
            ))}
          </ul>
        </>
      )}
      {problems.length > 0 && (
        <p className="warn-text">
          {s.dialog.problems}: {problems.join('; ')}
        </p>
      )}
      {what === 'on' && <p className="faint">{s.dialog.journal}</p>}
    </div>
  );
}
