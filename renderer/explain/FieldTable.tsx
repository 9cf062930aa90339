/** Field lines as a table, or raw as sent. Long values wrap; repeated fields stay apart. */
import { useState, type JSX } from 'react';
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';
import { useTexts } from '../i18n/index.ts';
import { usePrefs } from '../state/prefs.ts';
import { fieldMeaning } from './field-words.ts';

/** Fields that decide about caching stand out. */
const CACHE_FIELDS = new Set([
  'cache-control',
  'expires',
  'age',
  'date',
  'etag',
  'last-modified',
  'vary',
  'pragma',
  'cache-status',
  'x-cache-status',
  'if-none-match',
  'if-modified-since',
  'authorization',
  'set-cookie',
  'surrogate-control',
  'cdn-cache-control',
  'warning',
]);

/** Lines drawn at first; a head may have thousands. */
const FIRST_LINES = 200;

export function FieldTable({
  fields,
  raw,
  head,
}: {
  fields: readonly FieldLine[];
  raw: boolean;
  head?: string;
}): JSX.Element {
  const t = useTexts();
  const language = usePrefs((prefs) => prefs.language);
  const [shown, setShown] = useState(FIRST_LINES);
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
        {fields.slice(0, shown).map(([name, value], index) => (
          <tr key={`${name}-${index}`} className={CACHE_FIELDS.has(name.toLowerCase()) ? 'telling' : ''}>
            <th scope="row" title={fieldMeaning(name, language)}>
              {name}
            </th>
            <td>{value}</td>
          </tr>
        ))}
        {fields.length > shown && (
          <tr>
            <td colSpan={2}>
              <button type="button" className="link" onClick={() => setShown(shown + FIRST_LINES * 5)}>
                + {fields.length - shown}
              </button>
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
