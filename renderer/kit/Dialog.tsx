/** A modal dialog: the focus goes to its first field and stays inside, Escape and a press beside it close it. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, type JSX, type ReactNode } from 'react';
import { useKitWords } from './Kit.tsx';
import { isInToasts } from './Toasts.tsx';
import styles from './Dialog.module.css';

interface DialogProps {
  title: string;
  width?: 'normal' | 'wide' | 'palette';
  /** No head and no margins: the children are the whole dialog. */
  bare?: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the lower edge. */
  foot?: ReactNode;
}

/** What is typed right after opening goes here. */
const FIELDS = 'input:not([type="checkbox"], [type="radio"]), textarea';

/** Mount it to open it. */
export function Dialog({ title, width = 'normal', bare = false, onClose, children, foot }: DialogProps): JSX.Element {
  const words = useKitWords();
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open
      onOpenChange={(open, { reason, event }) => {
        if (!open && !(reason === 'outside-press' && isInToasts(event.target))) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop']} />
        <Base.Viewport className={styles['frame']} data-place={bare ? 'top' : 'middle'}>
          <Base.Popup
            ref={popup}
            className={styles['popup']}
            data-width={width}
            aria-label={title}
            initialFocus={() => popup.current?.querySelector<HTMLElement>(FIELDS) ?? popup.current}
          >
            {bare ? (
              children
            ) : (
              <>
                <div className={styles['head']}>
                  <Base.Title className={styles['title']}>{title}</Base.Title>
                  <Base.Close className="button quiet icon-only" aria-label={words.close}>
                    <X size={16} aria-hidden />
                  </Base.Close>
                </div>
                <div className={styles['body']}>{children}</div>
                {foot !== undefined && <div className={styles['foot']}>{foot}</div>}
              </>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
