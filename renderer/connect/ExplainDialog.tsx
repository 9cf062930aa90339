/** What reading HTTPS means, before it is done for the first time. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { setPrefs } from '../state/prefs.ts';
import { showProblem } from '../state/toasts.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { setInterceptNow, useExplain } from './actions.ts';

export function ExplainPoints(): JSX.Element {
  const t = useTexts();
  return (
    <ul className="explain-points">
      {t.clients.explain.points.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

export function ExplainDialog(): JSX.Element | null {
  const t = useTexts();
  const mode = useExplain((state) => state.mode);
  if (mode === null) return null;
  const close = (): void => useExplain.setState({ mode: null });
  function confirm(): void {
    setPrefs({ toldOfInterception: true });
    setInterceptNow(mode ?? 'all').catch(showProblem);
    close();
  }
  return (
    <Dialog
      title={t.clients.explain.title}
      onClose={close}
      foot={
        <>
          <button type="button" className="button" onClick={close}>
            {t.app.cancel}
          </button>
          <button type="button" className="button primary" onClick={confirm}>
            {t.clients.explain.confirm}
          </button>
        </>
      }
    >
      <ExplainPoints />
    </Dialog>
  );
}
