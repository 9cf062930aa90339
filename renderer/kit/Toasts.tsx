/** Short messages at the window's edge, read out by screen readers, above everything else. F6 leads to them. */
import { Toast as Base } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useEffect, type JSX, type ReactNode } from 'react';
import { useKitWords } from './Kit.tsx';
import styles from './Toasts.module.css';

/** One message; who keeps them decides how long each stays. */
export interface ShownToast {
  id: number;
  tone: 'info' | 'good' | 'bad';
  text: string;
  hint?: string;
}

const VIEWPORT_ID = 'toasts';
/** Whether something happened among the messages: they may be read and taken away while a dialog is open. */
export const isInToasts = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(`#${VIEWPORT_ID}`) !== null;

interface ToastsProps<T extends ShownToast> {
  toasts: readonly T[];
  /** Name of the place where they stand. */
  label: string;
  onClose: (id: number) => void;
  /** What stands before the button that closes. */
  actionOf: (toast: T) => ReactNode;
}

function List<T extends ShownToast>({ toasts, label, onClose, actionOf }: ToastsProps<T>): JSX.Element {
  const words = useKitWords();
  const manager = Base.useToastManager<{ toast: T }>();
  const { add, close } = manager;
  const shown = manager.toasts;
  useEffect(() => {
    for (const toast of toasts)
      if (!shown.some(({ id }) => id === String(toast.id)))
        add({
          id: String(toast.id),
          type: toast.tone,
          title: toast.text,
          description: toast.hint,
          priority: toast.tone === 'bad' ? 'high' : 'low',
          timeout: 0,
          data: { toast },
        });
    for (const { id, transitionStatus } of shown)
      if (transitionStatus !== 'ending' && !toasts.some((toast) => String(toast.id) === id)) close(id);
  }, [toasts, shown, add, close]);

  return (
    <Base.Portal>
      <Base.Viewport id={VIEWPORT_ID} className={styles['viewport']} aria-label={label}>
        {shown.map((item) => (
          <Base.Root
            key={item.id}
            toast={item}
            role="group"
            className={styles['toast']}
            swipeDirection={[]}
            onKeyDown={(event) => {
              // Left to itself Escape takes the message away, but who keeps it would not know.
              if (event.key !== 'Escape') return;
              event.preventBaseUIHandler();
              onClose(Number(item.id));
            }}
          >
            <div className={styles['words']}>
              <Base.Title render={<div />} />
              <Base.Description render={<div />} className={styles['hint']} />
            </div>
            {item.data !== undefined && actionOf(item.data.toast)}
            <button
              type="button"
              className="button quiet icon-only"
              aria-label={words.close}
              onClick={() => onClose(Number(item.id))}
            >
              <X size={14} aria-hidden />
            </button>
          </Base.Root>
        ))}
      </Base.Viewport>
    </Base.Portal>
  );
}

export function Toasts<T extends ShownToast>(props: ToastsProps<T>): JSX.Element {
  return (
    <Base.Provider timeout={0} limit={8}>
      <List {...props} />
    </Base.Provider>
  );
}
