/** The window's messages, each with what can be done about it. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { Toasts as KitToasts } from '../kit/Toasts.tsx';
import { dismissToast, useToasts, type Toast } from '../state/toasts.ts';
import { useNow } from '../ui/hooks.ts';

function SecondsLeft({ untilMs }: { untilMs: number }): JSX.Element {
  const now = useNow(500);
  return <span className="faint"> {Math.max(0, Math.ceil((untilMs - now) / 1000))} s</span>;
}

function Action({ toast: { id, action, untilMs } }: { toast: Toast }): JSX.Element | null {
  if (action === undefined) return null;
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        dismissToast(id);
        action.run();
      }}
    >
      {action.label}
      <SecondsLeft untilMs={untilMs} />
    </button>
  );
}

export function Toasts(): JSX.Element {
  const t = useTexts();
  const toasts = useToasts((state) => state.toasts);
  return (
    <KitToasts
      toasts={toasts}
      label={t.app.messages}
      onClose={dismissToast}
      actionOf={(toast) => <Action toast={toast} />}
    />
  );
}
