/** Short messages at the window's edge. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { dismissToast, useToasts } from '../state/toasts.ts';
import { useNow } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';

function SecondsLeft({ untilMs }: { untilMs: number }): JSX.Element {
  const now = useNow(500);
  return <span className="faint"> {Math.max(0, Math.ceil((untilMs - now) / 1000))} s</span>;
}

export function Toasts(): JSX.Element {
  const t = useTexts();
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast ${toast.tone}`}>
          <div className="grow">
            <div>{toast.text}</div>
            {toast.hint !== undefined && <div className="toast-hint">{toast.hint}</div>}
          </div>
          {toast.action !== undefined && (
            <button
              type="button"
              className="button"
              onClick={() => {
                dismissToast(toast.id);
                toast.action?.run();
              }}
            >
              {toast.action.label}
              <SecondsLeft untilMs={toast.untilMs} />
            </button>
          )}
          <button
            type="button"
            className="button quiet icon-only"
            aria-label={t.app.close}
            onClick={() => dismissToast(toast.id)}
          >
            <Icon name="close" size={12} />
          </button>
        </div>
      ))}
    </div>
  );
}
