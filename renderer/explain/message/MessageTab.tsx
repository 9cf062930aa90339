/** Request and response: the fields as they came, folded where there is little room, and the body, which has the rest of it. */
import type { JSX } from 'react';
import type { ExchangeDetail } from '../../../proxy-core/contract/exchange.ts';
import type { HeadName, Place } from '../../../proxy-core/contract/explain/evidence/locate.ts';
import { call } from '../../connection/core.ts';
import { ofShown } from '../../state/traffic.ts';
import { useTexts } from '../../i18n/index.ts';
import { Disclosure } from '../../kit/Disclosure.tsx';
import { useFold } from '../../state/folds.ts';
import { clip } from '../../ui/format.ts';
import type { Size } from '../../ui/use-size.ts';
import { BodyView } from '../../body/BodyView.tsx';
import { FieldTable } from '../FieldTable.tsx';
import { StageChanges } from '../StageChanges.tsx';
import { OriginFields } from './OriginFields.tsx';
import { tellingFields } from './telling.ts';
import './message.css';

export type Side = 'request' | 'response';

/** From this width on of the pane, px, both sides stand beside each other. */
const BOTH_MIN = 1000;
/** From this width on, px, the fields of one side stand beside its body. */
const COLUMNS_MIN = 640;
/** From this height on, px, fields are unfolded above a body. */
const ROOMY_MIN = 560;

/** Whether a pane of this size shows both sides in one tab. */
export const showsBoth = (size: Size | null): boolean => size !== null && size.width >= BOTH_MIN;

interface MessageTabProps {
  detail: ExchangeDetail;
  sides: readonly Side[];
  /** Of the pane; null when it is not known. */
  size: Size | null;
  /** The line an explanation led to. */
  place: Place | undefined;
}

export function MessageTab({ detail, sides, size, place }: MessageTabProps): JSX.Element {
  const columns = sides.length === 1 && size !== null && size.width >= COLUMNS_MIN;
  const roomy = columns || size === null || size.height >= ROOMY_MIN;
  return (
    <div className={sides.length > 1 ? 'message both' : 'message'}>
      {sides.map((side) => (
        <MessageSide
          key={side}
          detail={detail}
          side={side}
          columns={columns}
          roomy={roomy}
          place={place?.side === side ? place : undefined}
        />
      ))}
    </div>
  );
}

function MessageSide({
  detail,
  side,
  columns,
  roomy,
  place,
}: {
  detail: ExchangeDetail;
  side: Side;
  columns: boolean;
  roomy: boolean;
  place: Place | undefined;
}): JSX.Element {
  const t = useTexts();
  const [raw, toggleRaw] = useFold('raw-fields', false);
  const { row } = detail;
  const isRequest = side === 'request';
  const own: HeadName = isRequest ? 'request' : 'reply';
  const markIn = (head: HeadName): Place | undefined => (place?.head === head ? place : undefined);
  const fields = isRequest ? detail.requestFields : detail.responseFields;
  const body = isRequest ? detail.requestBody : detail.responseBody;
  const hasBody = body.bytes > 0 || body.kept > 0 || row.state === 'open';
  // Alone, the fields need not make room.
  const usual = roomy || !hasBody;
  const [open, toggle] = useFold(`${side}-fields-${usual ? 'roomy' : 'tight'}`, usual);
  const head = isRequest
    ? `${row.method} ${detail.requestTarget} ${row.protocol}`
    : `${row.status ?? ''} ${detail.statusText ?? ''}`.trim();
  const telling = tellingFields(fields);
  const shows = open || markIn(own) !== undefined;
  return (
    <section
      className={`message-side ${columns && hasBody ? 'columns' : 'stack'} ${hasBody ? '' : 'no-body'}`}
      aria-label={t.detail.tabs[side]}
    >
      <div className="message-fields">
        <div className="section-head">
          <span className="cut grow" title={clip(head)}>
            <code>{clip(head)}</code>
          </span>
          {!hasBody && <span className="faint">{t.detail.noBody}</span>}
          <div className="segmented" role="group" aria-label={t.detail.fields}>
            <button type="button" aria-pressed={!raw} onClick={() => raw && toggleRaw()}>
              {t.detail.table}
            </button>
            <button type="button" aria-pressed={raw} onClick={() => raw || toggleRaw()}>
              {t.detail.raw}
            </button>
          </div>
        </div>
        <Disclosure
          className="message-group"
          title={t.panes.fields(fields.length)}
          note={telling === '' || shows ? undefined : telling}
          open={shows}
          onToggle={toggle}
        >
          <FieldTable fields={fields} raw={raw} head={head} mark={markIn(own)} />
        </Disclosure>
        <StageChanges changes={detail.changed ?? []} side={side} raw={raw} roomy={usual} markIn={markIn} />
        {!isRequest && <OriginFields detail={detail} raw={raw} roomy={usual} place={markIn('upstream')} />}
      </div>
      {hasBody && (
        <div className="message-body">
          <BodyView
            info={body}
            name={row.path.split('?')[0]?.split('/').pop() || row.host}
            source={`${detail.eventId}-${side}`}
            place={side}
            load={(range) => call('exchange.body', { id: row.id, side, ...range, ...ofShown() })}
          />
        </div>
      )}
    </section>
  );
}
