/** The table's filter with its saved lines and its help, and below it, when asked for, the line that only colours. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { setFilterText, setHighlightText, TABLE, useTrafficUi } from '../state/selection.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { ring } from '../state/traffic.ts';
import { Icon } from '../ui/icons.tsx';
import { MenuButton, type MenuItem } from '../kit/Menu.tsx';
import { FilterLine } from './FilterLine.tsx';

/** The input has this id so that `/` can find it. */
export const FILTER_INPUT_ID = 'traffic-filter';
const HIGHLIGHT_INPUT_ID = 'traffic-highlight';
const MAX_SAVED = 50;

const forEachRow = (visit: (row: TrafficRow) => void): void => ring.forEach(visit);
const focusTable = (): void => document.querySelector<HTMLElement>('[data-testid=traffic-table]')?.focus();

export function FilterBox(): JSX.Element {
  const t = useTexts();
  const text = useTrafficUi((state) => state.filterText);
  const problem = useTrafficUi((state) => state.problem);
  const filter = useTrafficUi((state) => state.filter);
  const searching = useTrafficUi((state) => state.searching);
  const highlightOpen = useTrafficUi((state) => state.highlightOpen);

  function savedMenu(): MenuItem[] {
    const { savedFilters } = usePrefs.getState();
    const line = text.trim();
    const preset = (label: string, filter: string): MenuItem => ({
      label,
      note: filter,
      run: () => setFilterText(filter),
    });
    const own: MenuItem =
      line === '' || problem !== null
        ? { label: t.traffic.filterSave, disabled: true }
        : savedFilters.includes(line)
          ? {
              label: t.traffic.filterForget,
              note: line,
              run: () => setPrefs({ savedFilters: savedFilters.filter((item) => item !== line) }),
            }
          : {
              label: t.traffic.filterSave,
              note: line,
              run: () => setPrefs({ savedFilters: [line, ...savedFilters].slice(0, MAX_SAVED) }),
            };
    return [
      preset(t.traffic.presetFixable, 'is:fixable'),
      preset(t.traffic.presetSlow, 'time>1s'),
      preset(t.traffic.presetErrors, 'is:error'),
      { label: '-' },
      ...(savedFilters.length === 0
        ? [{ label: t.traffic.filterNoneSaved, disabled: true }]
        : savedFilters.map((item): MenuItem => ({ label: item, run: () => setFilterText(item) }))),
      { label: '-' },
      own,
    ];
  }
  function toggleHighlight(): void {
    if (highlightOpen) setHighlightText('');
    useTrafficUi.setState({ highlightOpen: !highlightOpen });
    if (!highlightOpen) requestAnimationFrame(() => document.getElementById(HIGHLIGHT_INPUT_ID)?.focus());
  }

  return (
    <div className="filter-lines">
      <FilterLine
        id={FILTER_INPUT_ID}
        icon="filter"
        label={t.traffic.filter}
        placeholder={t.traffic.filterPlaceholder}
        verb={t.traffic.shows}
        text={text}
        problem={problem}
        note={searching === 0 ? '' : t.filter.searching(searching)}
        filter={filter}
        scope={TABLE}
        forEachRow={forEachRow}
        onText={setFilterText}
        onEnter={focusTable}
        onLeave={focusTable}
        clearLabel={t.traffic.filterClear}
      >
        <button
          type="button"
          className="button quiet icon-only small"
          aria-pressed={highlightOpen}
          aria-label={t.traffic.highlight}
          title={t.traffic.highlightHint}
          onClick={toggleHighlight}
        >
          <Icon name="highlight" size={14} />
        </button>
        <MenuButton label={t.traffic.filterSaved} className="button quiet icon-only small" items={savedMenu}>
          <Icon name="bookmark" size={14} />
        </MenuButton>
        <MenuButton
          label={t.traffic.filterHelp}
          className="button quiet icon-only small"
          items={() =>
            t.filter.helpRows.map(([example, note]): MenuItem => ({
              label: example,
              ...(note === '' ? {} : { note }),
              run: () => setFilterText(example),
            }))
          }
        >
          <Icon name="help" size={14} />
        </MenuButton>
      </FilterLine>
      {highlightOpen && <HighlightLine onLeave={toggleHighlight} />}
    </div>
  );
}

function HighlightLine({ onLeave }: { onLeave: () => void }): JSX.Element {
  const t = useTexts();
  const text = useTrafficUi((state) => state.highlightText);
  const problem = useTrafficUi((state) => state.highlightProblem);
  const filter = useTrafficUi((state) => state.highlight);
  return (
    <FilterLine
      id={HIGHLIGHT_INPUT_ID}
      icon="highlight"
      label={t.traffic.highlight}
      placeholder={t.traffic.highlightPlaceholder}
      verb={t.traffic.colours}
      text={text}
      problem={problem}
      filter={filter}
      scope={TABLE}
      forEachRow={forEachRow}
      onText={setHighlightText}
      onEnter={focusTable}
      onLeave={onLeave}
      clearLabel={t.traffic.filterClear}
    />
  );
}
