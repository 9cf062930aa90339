/** A modal dialog on the browser's own <dialog>: focus stays inside, Escape closes. */
import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import { useTexts } from '../i18n/index.ts';
import { Icon } from './icons.tsx';

export function Dialog({
  title,
  className = '',
  bare = false,
  onClose,
  children,
  foot,
}: {
  title: string;
  className?: string;
  bare?: boolean;
  onClose: () => void;
  children: ReactNode;
  foot?: ReactNode;
}): JSX.Element {
  const t = useTexts();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog ${className}`}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
      onPointerDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      {bare ? (
        children
      ) : (
        <>
          <div className="dialog-head">
            <h2>{title}</h2>
            <button type="button" className="button quiet icon-only" aria-label={t.app.close} onClick={onClose}>
              <Icon name="close" />
            </button>
          </div>
          <div className="dialog-body">{children}</div>
          {foot !== undefined && <div className="dialog-foot">{foot}</div>}
        </>
      )}
    </dialog>
  );
}
