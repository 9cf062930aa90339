/** The head as the origin sent it: only what the client got otherwise, or all of it. */
import type { JSX } from 'react';
import type { ExchangeDetail } from '../../../proxy-core/contract/exchange.ts';
import type { Place } from '../../../proxy-core/contract/explain/evidence/locate.ts';
import { useTexts } from '../../i18n/index.ts';
import { Disclosure } from '../../kit/Disclosure.tsx';
import { useFold } from '../../state/folds.ts';
import { DifferenceTable, FieldTable } from '../FieldTable.tsx';
import { fieldDifferences } from './differences.ts';

/** Names told while it is folded. */
const NAMES_MAX = 6;

export function OriginFields({
  detail: { row, upstreamFields, upstreamStatus, responseFields },
  raw,
  roomy,
  place,
}: {
  detail: ExchangeDetail;
  raw: boolean;
  /** There is room for it without being asked. */
  roomy: boolean;
  /** The line an explanation led to, when it is one of these. */
  place: Place | undefined;
}): JSX.Element | null {
  const t = useTexts().panes;
  const words = useTexts().detail;
  const [open, toggle] = useFold('origin-fields', roomy);
  const [all, toggleAll] = useFold('origin-all', false);
  if (upstreamFields === undefined) return null;
  // A 304 has few fields by its nature: what the stored response had beside them nobody added.
  const comparable = upstreamStatus === undefined || upstreamStatus === row.status;
  const differences = comparable ? fieldDifferences(upstreamFields, responseFields) : [];
  if (comparable && differences.length === 0 && place === undefined)
    return <p className="faint pad">{words.upstreamSame}</p>;
  const showsAll = all || !comparable || raw || place !== undefined;
  const names = [...new Set(differences.map(({ name }) => name))];
  return (
    <Disclosure
      className="message-group"
      title={words.upstreamFields(upstreamStatus === undefined ? undefined : String(upstreamStatus))}
      note={
        !comparable
          ? undefined
          : `${t.differ(differences.length)}: ${names.slice(0, NAMES_MAX).join(', ')}${names.length > NAMES_MAX ? ' …' : ''}`
      }
      aside={
        (open || place !== undefined) &&
        comparable &&
        !raw && (
          <button type="button" className="link" aria-pressed={showsAll} onClick={toggleAll}>
            {t.allFields}
          </button>
        )
      }
      open={open || place !== undefined}
      onToggle={toggle}
    >
      {showsAll ? (
        <FieldTable fields={upstreamFields} raw={raw} mark={place} />
      ) : (
        <DifferenceTable differences={differences} />
      )}
    </Disclosure>
  );
}
