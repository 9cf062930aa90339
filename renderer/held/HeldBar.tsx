/** So many exchanges are held: under the top bar for as long as that is so, with the oldest of them and all of them to go on. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { openHeld, useHeld } from '../state/held.ts';
import { clip, formatCount } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { useSharedNow } from '../ui/shared-now.ts';
import { wholeSeconds } from './ages.ts';
import { resumeAll } from './actions.ts';
import { useHeldTexts } from './texts.ts';
import { HeldEditor } from './HeldEditor.tsx';
import './held.css';

export function HeldBar(): JSX.Element | null {
  const t = useTexts();
  const h = useHeldTexts();
  const held = useHeld((state) => state.held);
  const full = useHeld((state) => state.passed.full);
  const open = useHeld((state) => state.open);
  const now = useSharedNow();
  const [oldest] = held;
  return (
    <>
      {oldest !== undefined && (
        <section className="banner held-bar" aria-label={h.bar}>
          <Icon name="pause" size={14} />
          <strong role="status" data-testid="held-count">
            {h.count(held.length)}
          </strong>
          <button type="button" className="button held-oldest cut" onClick={() => openHeld(oldest.id)}>
            {h.edit} <span className="mono">{clip(`${oldest.method} ${oldest.url}`)}</span>
          </button>
          <span className="faint">
            {t.rules.where[oldest.stage]} · {wholeSeconds(now - oldest.sinceMs)}
          </span>
          {full > 0 && <span className="faint">{h.passedFull(formatCount(full))}</span>}
          <span className="grow" />
          <button type="button" className="button primary" onClick={resumeAll}>
            {t.held.resumeAll}
          </button>
        </section>
      )}
      {open !== null && <HeldEditor key={open} id={open} />}
    </>
  );
}
