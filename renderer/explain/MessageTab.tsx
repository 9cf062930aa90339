/** Request or response: its line, its fields (as table or raw), its body. */
import { useState, type JSX } from 'react';
import type { ExchangeDetail, FieldLine } from '../../proxy-core/contract/exchange.ts';
import { BodyView } from '../body/BodyView.tsx';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { clip } from '../ui/format.ts';
import { FieldTable } from './FieldTable.tsx';
import { StageChanges } from './StageChanges.tsx';
import type { HeadName, Place } from '../../proxy-core/contract/explain/evidence/locate.ts';

function sameFields(a: readonly FieldLine[], b: readonly FieldLine[]): boolean {
  return a.length === b.length && a.every(([name, value], index) => b[index]?.[0] === name && b[index]?.[1] === value);
}

export function MessageTab({
  detail,
  side,
  place,
}: {
  detail: ExchangeDetail;
  side: 'request' | 'response';
  /** The line an explanation led to. */
  place?: Place | undefined;
}): JSX.Element {
  const t = useTexts();
  const [raw, setRaw] = useState(false);
  const { row } = detail;
  const isRequest = side === 'request';
  const markIn = (head: HeadName): Place | undefined => (place?.head === head ? place : undefined);
  const fields = isRequest ? detail.requestFields : detail.responseFields;
  const body = isRequest ? detail.requestBody : detail.responseBody;
  const head = isRequest
    ? `${row.method} ${detail.requestTarget} ${row.protocol}`
    : `${row.status ?? ''} ${detail.statusText ?? ''}`.trim();
  return (
    <div className="message">
      <div className="message-fields">
        <div className="section-head">
          <h2 className="cut" title={clip(head)}>
            <code>{clip(head)}</code>
          </h2>
          <div className="segmented" role="group" aria-label={t.detail.fields}>
            <button type="button" aria-pressed={!raw} onClick={() => setRaw(false)}>
              {t.detail.table}
            </button>
            <button type="button" aria-pressed={raw} onClick={() => setRaw(true)}>
              {t.detail.raw}
            </button>
          </div>
        </div>
        <FieldTable fields={fields} raw={raw} head={head} mark={markIn(isRequest ? 'request' : 'reply')} />
        <StageChanges changes={detail.changed ?? []} side={side} raw={raw} markIn={markIn} />
        {!isRequest && detail.upstreamFields !== undefined && (
          <>
            <div className="section-head">
              <h2>
                {t.detail.upstreamFields(
                  detail.upstreamStatus === undefined ? undefined : String(detail.upstreamStatus),
                )}
              </h2>
            </div>
            {sameFields(detail.upstreamFields, fields) && place?.head !== 'upstream' ? (
              <p className="faint pad">{t.detail.upstreamSame}</p>
            ) : (
              <FieldTable fields={detail.upstreamFields} raw={raw} mark={markIn('upstream')} />
            )}
          </>
        )}
      </div>
      <div className="message-body">
        <BodyView
          info={body}
          name={row.path.split('?')[0]?.split('/').pop() || row.host}
          source={`${detail.eventId}-${side}`}
          place={side}
          load={(range) => call('exchange.body', { id: row.id, side, ...range })}
        />
      </div>
    </div>
  );
}
