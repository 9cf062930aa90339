/** Field lines as a table, or raw as sent. Long values wrap; repeated fields stay apart. */
import { useEffect, useRef, useState, type JSX } from 'react';
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { usePrefs } from '../state/prefs.ts';
import { fieldMeaning } from './field-words.ts';
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
  const language = usePrefs((prefs) => prefs.language);
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
    <table className="fields">
      <thead className="hidden-text">
        <tr>
          <th scope="col">{t.detail.field}</th>
          <th scope="col">{t.detail.value}</th>
        </tr>
      </thead>
      <tbody>
        {fields.slice(0, drawn).map(([name, value], index) => (
          <tr
            key={`${name}-${index}`}
            className={`${CACHE_FIELDS.has(name.toLowerCase()) ? 'telling' : ''} ${index === markedIndex ? 'pointed' : ''}`}
            {...(index === markedIndex && { ref: marked, tabIndex: -1, 'aria-current': true })}
          >
            <th scope="row" title={fieldMeaning(name, language)}>
              {name}
            </th>
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
      </tbody>
    </table>
  );
}
