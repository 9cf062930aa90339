/** The filter line: completes while typing, says in plain words what it shows, shows errors in place. */
import { useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useTexts } from '../i18n/index.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { setFilterText, useTrafficUi } from '../state/selection.ts';
import { ring } from '../state/traffic.ts';
import { Icon } from '../ui/icons.tsx';
import { MenuButton, type MenuItem } from '../ui/Menu.tsx';
import { completeWord, wordAt, type Completion } from './filter/complete.ts';
import { describeFilter, describeProblem } from './filter/describe.ts';
import { toggleTerm } from './filter/edit.ts';

/** The input has this id so that `/` can find it. */
export const FILTER_INPUT_ID = 'traffic-filter';

export function FilterBox(): JSX.Element {
  const t = useTexts();
  const text = useTrafficUi((state) => state.filterText);
  const problem = useTrafficUi((state) => state.problem);
  const filter = useTrafficUi((state) => state.filter);
  const input = useRef<HTMLInputElement>(null);
  const [options, setOptions] = useState<{ start: number; end: number; items: Completion[]; active: number } | null>(null);

  function offer(line: string, cursor: number): void {
    const { start, word } = wordAt(line, cursor);
    const items = completeWord(word, (visit) => ring.forEach(visit));
    setOptions(items.length === 0 ? null : { start, end: cursor, items, active: -1 });
  }
  function choose(item: Completion): void {
    if (options === null) return;
    const goesOn = item.text.endsWith(':');
    const line = `${text.slice(0, options.start)}${item.text}${goesOn ? '' : ' '}${text.slice(options.end).trimStart()}`;
    const cursor = options.start + item.text.length + (goesOn ? 0 : 1);
    setFilterText(line);
    setOptions(null);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(cursor, cursor);
      if (goesOn) offer(line, cursor);
    });
  }
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      if (options !== null) setOptions(null);
      else if (text !== '') setFilterText('');
      else document.querySelector<HTMLElement>('[data-testid=traffic-table]')?.focus();
      return;
    }
    if (event.key === 'Enter' && (options === null || options.active < 0)) {
      setOptions(null);
      document.querySelector<HTMLElement>('[data-testid=traffic-table]')?.focus();
      return;
    }
    if (options === null) return;
    const { items, active } = options;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setOptions({ ...options, active: (active + step + items.length) % items.length });
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      const item = items[Math.max(0, active)];
      if (item !== undefined) {
        event.preventDefault();
        choose(item);
      }
    }
  }

  const echo = problem === null ? null : describeProblem(problem, t);
  return (
    <div className="filter">
      <div className={`filter-line ${problem === null ? '' : 'wrong'}`}>
        <Icon name="filter" size={14} />
        <input
          ref={input}
          id={FILTER_INPUT_ID}
          type="text"
          role="combobox"
          aria-label={t.traffic.filter}
          aria-expanded={options !== null}
          aria-controls="filter-options"
          aria-activedescendant={options !== null && options.active >= 0 ? `filter-option-${options.active}` : undefined}
          aria-invalid={problem !== null}
          aria-describedby="filter-echo"
          autoComplete="off"
          spellCheck={false}
          placeholder={t.traffic.filterPlaceholder}
          value={text}
          onChange={(event) => {
            setFilterText(event.target.value);
            offer(event.target.value, event.target.selectionStart ?? event.target.value.length);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setOptions(null)}
        />
        <span id="filter-echo" className={`filter-echo cut ${problem === null ? '' : 'wrong'}`} role="status" title={echo ?? describeFilter(filter, t)}>
          {echo === null ? text !== '' && `${t.traffic.shows}: ${describeFilter(filter, t)}` : `${echo}. ${t.traffic.keepsLast}`}
        </span>
        {text !== '' && (
          <button type="button" className="button quiet icon-only small" aria-label={t.traffic.filterClear} title={t.traffic.filterClear} onClick={() => setFilterText('')}>
            <Icon name="close" size={12} />
          </button>
        )}
        <MenuButton label={t.traffic.filterSaved} className="button quiet icon-only small" items={() => savedMenu()}>
          <Icon name="bookmark" size={14} />
        </MenuButton>
        <MenuButton label={t.traffic.filterHelp} className="button quiet icon-only small" items={() => t.filter.helpRows.map(([example, note]): MenuItem => ({ label: example, ...(note === '' ? {} : { note }), run: () => setFilterText(example) }))}>
          <Icon name="help" size={14} />
        </MenuButton>
      </div>
      {options !== null && (
        <ul id="filter-options" role="listbox" aria-label={t.traffic.filter} className="filter-options">
          {options.items.map((item, index) => (
            <li
              key={item.text}
              id={`filter-option-${index}`}
              role="option"
              aria-selected={index === options.active}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(item);
              }}
            >
              <span className="mono grow cut">{item.text}</span>
              {item.count !== undefined && <span className="faint">{item.count}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );

  function savedMenu(): MenuItem[] {
    const { savedFilters } = usePrefs.getState();
    const presets: MenuItem[] = [
      { label: t.traffic.presetFixable, note: 'is:fixable', run: () => setFilterText('is:fixable') },
      { label: t.traffic.presetSlow, note: 'time>1s', run: () => setFilterText('time>1s') },
      { label: t.traffic.presetErrors, note: 'is:error', run: () => setFilterText(toggleTerm('', 'is:error')) },
      { label: '-' },
    ];
    const saved = savedFilters.map((item): MenuItem => ({ label: item, run: () => setFilterText(item) }));
    const own: MenuItem =
      text.trim() === '' || problem !== null
        ? { label: t.traffic.filterSave, disabled: true }
        : savedFilters.includes(text.trim())
          ? { label: t.traffic.filterForget, run: () => setPrefs({ savedFilters: savedFilters.filter((item) => item !== text.trim()) }) }
          : { label: t.traffic.filterSave, note: text, run: () => setPrefs({ savedFilters: [text.trim(), ...savedFilters].slice(0, 50) }) };
    return [...presets, ...(saved.length === 0 ? [{ label: t.traffic.filterNoneSaved, disabled: true }] : saved), { label: '-' }, own];
  }
}
