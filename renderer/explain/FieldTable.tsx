/** Field lines as a table, or raw as sent. Long values wrap; repeated fields stay apart. */
import { useEffect, useRef, useState, type JSX, type ReactNode } from 'react';
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { usePrefs } from '../state/prefs.ts';
import { fieldMeaning } from './field-words.ts';
import type { FieldDifference } from './message/differences.ts';
import { CACHE_FIELDS } from './message/telling.ts';

/** Lines drawn at first; a head may have thousands. */
const FIRST_LINES = 200;

/** A line that is pointed at, and the part of its value that is meant. */
export interface MarkedLine {
  index: number;
  from: number;
  to: number;
}

/** The value with the marked part of it set off. */
function Marked({ value, from, to }: { value: string } & MarkedLine): JSX.Element {
  return (
    <>
      {value.slice(0, from)}
      <mark>{value.slice(from, to)}</mark>
      {value.slice(to)}
    </>
  );
}

/** A table of field lines, whatever stands in the second column. */
function Frame({ className = '', children }: { className?: string; children: ReactNode }): JSX.Element {
  const { field, value } = useTexts().detail;
  return (
    <table className={`fields ${className}`}>
      <thead className="hidden-text">
        <tr>
          <th scope="col">{field}</th>
          <th scope="col">{value}</th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** The name of a field, with what it means. */
function Name({ name }: { name: string }): JSX.Element {
  const language = usePrefs((prefs) => prefs.language);
  return (
    <th scope="row" title={fieldMeaning(name, language)}>
      {name}
    </th>
  );
}

/** Fields that came in one way and went on in another. */
export function DifferenceTable({ differences }: { differences: readonly FieldDifference[] }): JSX.Element {
  const t = useTexts().panes;
  return (
    <Frame className="differences">
      {differences.map(({ kind, name, origin, sent }, index) => (
        <tr key={`${name}-${index}`}>
          <Name name={name} />
          <td>
            {origin !== undefined && (
              <div className="was" title={kind === 'dropped' ? t.dropped : t.originSent}>
                <span className="hidden-text">{kind === 'dropped' ? t.dropped : t.originSent}: </span>
                {origin}
              </div>
            )}
            {sent !== undefined && (
              <div className="is" title={kind === 'added' ? t.added : t.clientGot}>
                <span className="hidden-text">{kind === 'added' ? t.added : t.clientGot}: </span>
                {sent}
              </div>
            )}
          </td>
        </tr>
      ))}
    </Frame>
  );
}

export function FieldTable({
  fields,
  raw,
  head,
  mark,
}: {
  fields: readonly FieldLine[];
  raw: boolean;
  head?: string;
  /** Scrolled to and given the focus when it is first drawn. */
  mark?: MarkedLine | undefined;
}): JSX.Element {
  const t = useTexts();
  const [shown, setShown] = useState(FIRST_LINES);
  const marked = useRef<HTMLTableRowElement>(null);
  const markedIndex = mark?.index;
  useEffect(() => {
    marked.current?.scrollIntoView({ block: 'center' });
    marked.current?.focus({ preventScroll: true });
  }, [markedIndex]);
  const drawn = Math.max(shown, (markedIndex ?? 0) + 1);
  if (raw)
    return (
      <pre className="raw">
        {[...(head === undefined ? [] : [head]), ...fields.map(([name, value]) => `${name}: ${value}`)].join('\n')}
      </pre>
    );
  if (fields.length === 0) return <p className="faint pad">{t.detail.noFields}</p>;
  return (
    <Frame>
      {fields.slice(0, drawn).map(([name, value], index) => (
        <tr
          key={`${name}-${index}`}
          className={`${CACHE_FIELDS.has(name.toLowerCase()) ? 'telling' : ''} ${index === markedIndex ? 'pointed' : ''}`}
          {...(index === markedIndex && { ref: marked, tabIndex: -1, 'aria-current': true })}
        >
          <Name name={name} />
          <td>{mark !== undefined && index === markedIndex ? <Marked value={value} {...mark} /> : value}</td>
        </tr>
      ))}
      {fields.length > drawn && (
        <tr>
          <td colSpan={2}>
            <button type="button" className="link" onClick={() => setShown(drawn + FIRST_LINES * 5)}>
              + {fields.length - drawn}
            </button>
          </td>
        </tr>
      )}
    </Frame>
  );
}
