/** Every action by name: type, choose with the arrows, Enter runs it. */
import { useMemo, useState, type JSX, type KeyboardEvent } from 'react';
import { useTexts } from '../i18n/index.ts';
import { Dialog } from '../kit/Dialog.tsx';
import { paletteActions } from './palette-actions.ts';

/** True when the letters of `typed` stand in `text` in this order, words in any order. */
function matchesTyped(text: string, typed: string): boolean {
  const lower = text.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

export function CommandPalette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }): JSX.Element {
  const t = useTexts();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const all = useMemo(() => paletteActions(t, onKeys), [t, onKeys]);
  const found = all.filter(
    (action) => (typed.trim() !== '' || action.byName !== true) && matchesTyped(action.label, typed),
  );
  const at = Math.min(active, Math.max(0, found.length - 1));

  function run(index: number): void {
    const action = found[index];
    if (action === undefined) return;
    onClose();
    action.run();
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      const next = (at + step + found.length) % found.length;
      setActive(next);
      document.getElementById(`palette-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(at);
    }
  }

  return (
    <Dialog title={t.palette.title} width="palette" bare onClose={onClose}>
      <div className="palette">
        <input
          className="palette-input"
          type="text"
          role="combobox"
          aria-label={t.palette.title}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
          placeholder={t.palette.placeholder}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <ul id="palette-list" className="palette-list" role="listbox" aria-label={t.palette.title}>
          {found.map((action, index) => (
            <li
              key={action.label}
              id={`palette-${index}`}
              className="palette-item"
              role="option"
              aria-selected={index === at}
              onPointerMove={() => setActive(index)}
              onClick={() => run(index)}
            >
              <span className="grow">{action.label}</span>
              {action.keys !== undefined && <kbd>{action.keys}</kbd>}
            </li>
          ))}
          {found.length === 0 && <li className="palette-item faint">{t.palette.none}</li>}
        </ul>
      </div>
    </Dialog>
  );
}
