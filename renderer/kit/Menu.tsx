/** A menu under a button or at a point: arrows move, letters find, Enter chooses, Escape or a press elsewhere closes. */
import { Menu as Base } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import { useMemo, useRef, type JSX, type KeyboardEvent, type ReactNode, type SyntheticEvent } from 'react';
import styles from './Menu.module.css';

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
  /** What opens beside it; it runs nothing then. */
  items?: readonly MenuItem[];
  /** A dot of this colour (as CSS writes it) before the label. */
  swatch?: string;
}
export interface Point {
  x: number;
  y: number;
}

/** The keys that open the menu of what has the focus. */
export const isMenuKey = (event: KeyboardEvent): boolean =>
  event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);

/** Whether an event happened inside the element that listens: React also hands on those of the menus it opened. */
export const isOwnEvent = (event: SyntheticEvent): boolean =>
  event.target instanceof Node && event.currentTarget.contains(event.target);

/** Where a menu opened by key stands: under the beginning of the row. Undefined when the row is not drawn. */
export function menuPointOf(rowId: string): Point | undefined {
  const rect = document.getElementById(rowId)?.getBoundingClientRect();
  return rect === undefined ? undefined : { x: rect.left + 120, y: rect.bottom };
}

function Item({ item, checks }: { item: MenuItem; checks: boolean }): JSX.Element {
  const shared = {
    className: styles['item'],
    label: item.label,
    disabled: item.disabled === true,
    closeOnClick: item.keepOpen !== true,
    onClick: () => item.run?.(),
  };
  const inner = (
    <>
      {checks && <span className={styles['check']}>{item.checked === true && <Check size={14} aria-hidden />}</span>}
      {item.swatch !== undefined && <span className={styles['swatch']} style={{ background: item.swatch }} />}
      <span className={styles['text']}>
        {item.label}
        {item.note !== undefined && <span className={styles['note']}>{item.note}</span>}
      </span>
      {item.keys !== undefined && <span className={styles['keys']}>{item.keys}</span>}
    </>
  );
  if (item.items !== undefined)
    return (
      <Base.SubmenuRoot>
        <Base.SubmenuTrigger className={styles['item']} label={item.label} disabled={shared.disabled}>
          {inner}
          <ChevronRight size={14} className={styles['more']} aria-hidden />
        </Base.SubmenuTrigger>
        <Popup items={item.items} label={item.label} isInner />
      </Base.SubmenuRoot>
    );
  return item.checked === undefined ? (
    <Base.Item {...shared}>{inner}</Base.Item>
  ) : (
    <Base.CheckboxItem {...shared} checked={item.checked}>
      {inner}
    </Base.CheckboxItem>
  );
}

/** Anything with a place on the screen. */
interface Anchor {
  getBoundingClientRect(): DOMRect;
}

function Popup({
  items,
  label,
  anchor,
  isInner = false,
}: {
  items: readonly MenuItem[];
  label: string;
  anchor?: Anchor;
  /** It opens beside an item of another one. */
  isInner?: boolean;
}): JSX.Element {
  const checks = items.some((item) => item.checked !== undefined);
  const entered = useRef(false);
  return (
    <Base.Portal>
      <Base.Positioner
        className={styles['positioner']}
        align="start"
        sideOffset={anchor === undefined && !isInner ? 4 : 0}
        collisionPadding={4}
        {...(anchor === undefined ? {} : { anchor })}
      >
        <Base.Popup
          className={styles['popup']}
          aria-label={label}
          aria-labelledby={undefined}
          onContextMenu={(event) => event.preventDefault()}
          onFocus={(event) => {
            // Opened by a key at a point, no button told it that keys are in use: the first item takes the focus.
            if (anchor === undefined || event.target !== event.currentTarget || entered.current) return;
            entered.current = true;
            event.currentTarget.querySelector<HTMLElement>('[role^="menuitem"]')?.focus({ preventScroll: true });
          }}
        >
          {items.map((item, index) =>
            item.label === '-' ? (
              <Base.Separator key={`line-${index}`} className={styles['line']} />
            ) : (
              <Item key={item.label} item={item} checks={checks} />
            ),
          )}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

/** A menu at a point; mount it to open it. */
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
  const anchor = useMemo<Anchor>(
    () => ({ getBoundingClientRect: () => DOMRect.fromRect({ x: at.x, y: at.y, width: 0, height: 0 }) }),
    [at.x, at.y],
  );
  return (
    <Base.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Popup items={items} label={label} anchor={anchor} />
    </Base.Root>
  );
}

/** A button that opens a menu under itself, and closes it when pressed again. */
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
  /** Asked while the menu is open. */
  items: () => readonly MenuItem[];
  children: ReactNode;
}): JSX.Element {
  return (
    <Base.Root modal={false}>
      <Base.Trigger className={className} aria-label={label} title={title ?? label}>
        {children}
      </Base.Trigger>
      <Opened items={items} label={label} />
    </Base.Root>
  );
}

/** Its items are made when it is drawn, which the portal does only while the menu is open. */
function Opened({ items, label }: { items: () => readonly MenuItem[]; label: string }): JSX.Element {
  return <Popup items={items()} label={label} />;
}
