/** A menu at a point or under a button: arrows move, Enter chooses, Escape or a click elsewhere closes. */
import { useEffect, useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { Icon } from './icons.tsx';

export interface MenuItem {
  /** `-` draws a line. */
  label: string;
  note?: string;
  keys?: string;
  checked?: boolean;
  disabled?: boolean;
  /** Stay open after choosing, for check lists. */
  keepOpen?: boolean;
  run?: () => void;
}
export interface Point {
  x: number;
  y: number;
}

/** The keys that open the menu of what has the focus. */
export const isMenuKey = (event: KeyboardEvent): boolean =>
  event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);

/** Where a menu opened by key stands: under the beginning of the row. Undefined when the row is not drawn. */
export function menuPointOf(rowId: string): Point | undefined {
  const rect = document.getElementById(rowId)?.getBoundingClientRect();
  return rect === undefined ? undefined : { x: rect.left + 120, y: rect.bottom };
}

/** The menu itself; mount it to open it. */
export function Menu({
  at,
  items,
  label,
  onClose,
}: {
  at: Point;
  items: readonly MenuItem[];
  label: string;
  onClose: () => void;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(at);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { width, height } = element.getBoundingClientRect();
    setPlace({
      x: Math.max(4, Math.min(at.x, innerWidth - width - 4)),
      y: Math.max(4, Math.min(at.y, innerHeight - height - 4)),
    });
    const before = document.activeElement;
    element.querySelector<HTMLElement>('button:not(:disabled)')?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [at.x, at.y]);

  useEffect(() => {
    const away = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target)) return;
      onClose();
    };
    document.addEventListener('pointerdown', away, true);
    window.addEventListener('blur', away);
    return () => {
      document.removeEventListener('pointerdown', away, true);
      window.removeEventListener('blur', away);
    };
  }, [onClose]);

  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
      return;
    }
    const buttons = [...(box.current?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? [])];
    const now = buttons.findIndex((button) => button === document.activeElement);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      buttons[(now + step + buttons.length) % buttons.length]?.focus();
    } else if (event.key === 'Home' || event.key === 'End') {
      event.preventDefault();
      buttons.at(event.key === 'Home' ? 0 : -1)?.focus();
    }
  }

  const hasChecks = items.some((item) => item.checked !== undefined);
  return createPortal(
    <div
      ref={box}
      className="menu"
      role="menu"
      aria-label={label}
      tabIndex={-1}
      style={{ left: place.x, top: place.y }}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      {items.map((item, index) =>
        item.label === '-' ? (
          <hr key={`line-${index}`} />
        ) : (
          <button
            key={item.label}
            type="button"
            role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
            aria-checked={item.checked}
            disabled={item.disabled}
            onClick={() => {
              if (item.keepOpen !== true) onClose();
              item.run?.();
            }}
          >
            {hasChecks && (
              <span className="menu-check">{item.checked === true && <Icon name="check" size={14} />}</span>
            )}
            <span className="grow">
              {item.label}
              {item.note !== undefined && <span className="menu-note">{item.note}</span>}
            </span>
            {item.keys !== undefined && <span className="menu-key">{item.keys}</span>}
          </button>
        ),
      )}
    </div>,
    document.body,
  );
}

/** A button that opens a menu under itself. */
export function MenuButton({
  label,
  title,
  className = 'button',
  items,
  children,
}: {
  label: string;
  title?: string;
  className?: string;
  items: () => readonly MenuItem[];
  children: ReactNode;
}): JSX.Element {
  const [at, setAt] = useState<Point | null>(null);
  return (
    <>
      <button
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        aria-label={label}
        title={title ?? label}
        onClick={(event) => {
          const rect = event.currentTarget.getBoundingClientRect();
          setAt(at === null ? { x: rect.left, y: rect.bottom + 4 } : null);
        }}
      >
        {children}
      </button>
      {at !== null && <Menu at={at} items={items()} label={label} onClose={() => setAt(null)} />}
    </>
  );
}
