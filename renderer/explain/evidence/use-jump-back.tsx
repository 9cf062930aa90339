/** The way back from a field to the explanation that quotes it. */
import { useEffect, type JSX, type KeyboardEvent, type RefObject } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { jumpBack, useJump, type ExplainingTab, type Origin } from '../../state/jump.ts';
import { Icon } from '../../ui/icons.tsx';

/** Beside the tabs, while a field is shown that an explanation led to. */
export function BackButton({ from }: { from: Origin }): JSX.Element {
  const t = useTexts();
  return (
    <>
      <span className="grow" />
      <button type="button" className="button quiet jump-back" onClick={jumpBack} title="Esc">
        <span className="turned">
          <Icon name="chevronRight" size={14} />
        </span>
        {t.evidence.back(t.detail.tabs[from.tab])} <kbd>Esc</kbd>
      </button>
    </>
  );
}

/** Escape goes back and closes nothing. */
export function onEscapeBack(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  event.preventDefault();
  jumpBack();
}

/** Puts a tab back as it was left: scrolled, with the focus on the quoted field; as soon as that is drawn. */
export function useReturn(list: RefObject<HTMLElement | null>, from: { key: number; tab: ExplainingTab }): void {
  const returning = useJump((state) => state.returning);
  // After every drawing: whether a field leads anywhere may have to be asked for first.
  useEffect(() => {
    if (returning === null || returning.key !== from.key || returning.tab !== from.tab) return;
    const quote = list.current?.querySelector<HTMLElement>(`[data-quote="${returning.quote}"]`);
    if (!quote) return;
    useJump.setState({ returning: null });
    const panel = quote.closest('[role=tabpanel]');
    if (panel !== null) panel.scrollTop = returning.scrollTop;
    quote.focus({ preventScroll: true });
  });
}
