/** A heading that folds what stands under it. */
import { ChevronRight } from 'lucide-react';
import { useId, type JSX, type ReactNode } from 'react';
import styles from './Disclosure.module.css';

interface DisclosureProps {
  title: ReactNode;
  /** Stands beside the title, also while folded: what there is to see. Cut off where there is no room. */
  note?: ReactNode;
  /** Controls at the right end of the heading. */
  aside?: ReactNode;
  open: boolean;
  onToggle: () => void;
  className?: string | undefined;
  children: ReactNode;
}

export function Disclosure({ title, note, aside, open, onToggle, className, children }: DisclosureProps): JSX.Element {
  const body = useId();
  const name = useId();
  return (
    <section
      className={`${styles['root'] ?? ''} ${className ?? ''}`}
      data-open={open ? '' : undefined}
      aria-labelledby={name}
    >
      <div className={styles['head']}>
        <h2 className={styles['heading']}>
          <button
            type="button"
            className={styles['button']}
            aria-expanded={open}
            {...(open && { 'aria-controls': body })}
            onClick={onToggle}
          >
            <ChevronRight className={styles['chevron']} size={14} aria-hidden />
            <span id={name} className={styles['title']}>
              {title}
            </span>
          </button>
        </h2>
        {note !== undefined && <span className={styles['note']}>{note}</span>}
        {aside}
      </div>
      {open && (
        <div id={body} className={styles['body']}>
          {children}
        </div>
      )}
    </section>
  );
}
