/** Which controls of a part of the window cannot be reached by a pointer: outside the window, cut off, or under something else. */
import type { Locator } from '@playwright/test';

/**
 * Each control is scrolled to first, as a person would. Names of those that then do not lie wholly inside the window and
 * every box around them, or whose middle belongs to another element, with what is wrong.
 */
export function unreachable(root: Locator): Promise<string[]> {
  return root.evaluate((element) => {
    const CONTROLS = 'button, a[href], input, select, textarea, [role=tab], [role=separator], [role=switch]';
    const problems: string[] = [];
    for (const control of element.querySelectorAll<HTMLElement>(CONTROLS)) {
      if (!control.checkVisibility({ visibilityProperty: true }) || control.closest('[inert], [aria-hidden=true]'))
        continue;
      // The cell around it takes its clicks.
      if (getComputedStyle(control).pointerEvents === 'none') continue;
      control.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const { left, top, right, bottom, width, height } = control.getBoundingClientRect();
      // What only a screen reader meets has no size.
      if (width <= 1 || height <= 1) continue;
      const name = `${control.tagName.toLowerCase()} “${(control.getAttribute('aria-label') ?? control.textContent).slice(0, 40)}”`;
      const at = `${Math.round(left)},${Math.round(top)} ${Math.round(width)}×${Math.round(height)}`;
      if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) {
        problems.push(`${name} at ${at} is outside the window`);
        continue;
      }
      for (let box = control.parentElement; box !== null; box = box.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(box);
        const edge = box.getBoundingClientRect();
        const cutAcross = overflowX !== 'visible' && (left < edge.left - 1 || right > edge.right + 1);
        // Taller than the box it scrolls in: a field of text, say.
        const cutDown = overflowY !== 'visible' && (top < edge.top - 1 || bottom > edge.bottom + 1);
        if (cutAcross || cutDown) {
          problems.push(`${name} at ${at} is cut off by ${box.className || box.tagName}`);
          break;
        }
      }
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (hit !== null && hit !== control && !control.contains(hit) && hit.closest('label')?.contains(control) !== true)
        problems.push(`${name} at ${at} is covered by ${hit.tagName.toLowerCase()}.${hit.className.toString()}`);
    }
    return problems;
  });
}

/**
 * Words that cannot be read whole: labels and headings that something beside them covers, and words of bars and of the
 * rail that are cut.
 */
export function unreadable(root: Locator): Promise<string[]> {
  return root.evaluate((element) => {
    const problems: string[] = [];
    const nameOf = (part: HTMLElement): string => `“${part.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
    for (const part of element.querySelectorAll<HTMLElement>(
      '.top button, .top button span, .toolbar button, .toolbar button span, .rail button, .rail button span',
    )) {
      if (!part.checkVisibility({ visibilityProperty: true }) || part.clientWidth <= 1) continue;
      const { overflowX, display } = getComputedStyle(part);
      if (display !== 'inline' && (overflowX === 'hidden' || part.tagName === 'BUTTON'))
        if (part.scrollWidth > part.clientWidth + 1)
          problems.push(`${nameOf(part)} is cut: ${part.scrollWidth} px in ${part.clientWidth}`);
    }
    for (const label of element.querySelectorAll<HTMLElement>('label, h2, h3, dt, .set-name > span')) {
      if (!label.checkVisibility({ visibilityProperty: true }) || label.textContent.trim() === '') continue;
      label.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
      const range = document.createRange();
      range.selectNodeContents(label);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      if (right - left < 2) continue;
      // Where its words end is where something beside it would begin to cover them.
      for (const x of [left + 2, right - 2]) {
        const at = document.elementFromPoint(x, (top + bottom) / 2);
        if (at === null || !(label.contains(at) || at.contains(label)))
          problems.push(`${nameOf(label)} is covered by ${at?.tagName.toLowerCase() ?? 'nothing'}`);
      }
    }
    return problems;
  });
}
