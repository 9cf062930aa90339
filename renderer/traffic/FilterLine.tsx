/** One line in the filter language: completes while typing, says in plain words what it means, shows errors in place. */
import { useRef, useState, type JSX, type KeyboardEvent, type ReactNode } from 'react';
import { useTexts } from '../i18n/index.ts';
import { usePrefs } from '../state/prefs.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { completeWord, wordAt, type Completion } from '../../proxy-core/contract/filter/complete.ts';
import { describeFilter, describeProblem } from '../../proxy-core/contract/filter/describe.ts';
import type { Scope } from '../../proxy-core/contract/filter/language.ts';
import type { Filter } from '../../proxy-core/contract/filter/parse.ts';
import type { FilterProblem } from '../../proxy-core/contract/filter/problem.ts';

interface FilterLineProps<S> {
  id: string;
  icon: IconName;
  label: string;
  placeholder: string;
  /** Stands before the plain words: `Shows`, `Colours`. */
  verb: string;
  text: string;
  problem: FilterProblem | null;
  /** Stands behind the plain words: what is not looked at yet. */
  note?: string;
  filter: Filter<S> | null;
  /** What the list can be asked. */
  scope: Scope<S>;
  /** The rows whose values are offered. */
  forEachRow: (visit: (row: S) => void) => void;
  onText: (text: string) => void;
  /** Enter: on to the list. */
  onEnter: () => void;
  /** Escape in an empty line. */
  onLeave: () => void;
  clearLabel: string;
  children?: ReactNode;
}

interface Options {
  start: number;
  end: number;
  items: Completion[];
  active: number;
}

function OptionList({
  id,
  label,
  options,
  onChoose,
}: {
  id: string;
  label: string;
  options: Options;
  onChoose: (item: Completion) => void;
}): JSX.Element {
  return (
    <ul id={id} role="listbox" aria-label={label} className="filter-options">
      {options.items.map((item, index) => (
        <li
          key={item.text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === options.active}
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(item);
          }}
        >
          <span className="mono grow cut">{item.text}</span>
          {item.count !== undefined && <span className="faint">{item.count}</span>}
        </li>
      ))}
    </ul>
  );
}

export function FilterLine<S>({
  id,
  icon,
  label,
  placeholder,
  verb,
  text,
  problem,
  note = '',
  filter,
  scope,
  forEachRow,
  onText,
  onEnter,
  onLeave,
  clearLabel,
  children,
}: FilterLineProps<S>): JSX.Element {
  const t = useTexts();
  const language = usePrefs((prefs) => prefs.language);
  const input = useRef<HTMLInputElement>(null);
  const [options, setOptions] = useState<Options | null>(null);
  const listId = `${id}-options`;

  function offer(line: string, cursor: number): void {
    const { start, word } = wordAt(line, cursor);
    const items = completeWord(word, scope, forEachRow);
    setOptions(items.length === 0 ? null : { start, end: cursor, items, active: -1 });
  }
  function choose(item: Completion): void {
    if (options === null) return;
    const goesOn = item.text.endsWith(':') || item.text.endsWith('.');
    const line = `${text.slice(0, options.start)}${item.text}${goesOn ? '' : ' '}${text.slice(options.end).trimStart()}`;
    const cursor = options.start + item.text.length + (goesOn ? 0 : 1);
    onText(line);
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
      else if (text !== '') onText('');
      else onLeave();
      return;
    }
    if (event.key === 'Enter' && (options === null || options.active < 0)) {
      setOptions(null);
      onEnter();
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
      if (item === undefined) return;
      event.preventDefault();
      choose(item);
    }
  }

  const words = describeFilter(filter?.node ?? null, language);
  const echo =
    problem === null
      ? text === ''
        ? ''
        : `${verb}: ${words}${note === '' ? '' : ` · ${note}`}`
      : `${describeProblem(problem, language)}. ${t.traffic.keepsLast}`;
  return (
    <div className="filter">
      <div className={`filter-line ${problem === null ? '' : 'wrong'}`}>
        <Icon name={icon} size={14} />
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded={options !== null}
          aria-controls={listId}
          aria-activedescendant={options !== null && options.active >= 0 ? `${listId}-${options.active}` : undefined}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-echo`}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            onText(event.target.value);
            offer(event.target.value, event.target.selectionStart ?? event.target.value.length);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setOptions(null)}
        />
        <span
          id={`${id}-echo`}
          className={`filter-echo cut ${problem === null ? '' : 'wrong'}`}
          role="status"
          title={echo}
        >
          {echo}
        </span>
        {text !== '' && (
          <button
            type="button"
            className="button quiet icon-only small"
            aria-label={clearLabel}
            title={clearLabel}
            onClick={() => onText('')}
          >
            <Icon name="close" size={12} />
          </button>
        )}
        {children}
      </div>
      {options !== null && <OptionList id={listId} label={label} options={options} onChoose={choose} />}
    </div>
  );
}
