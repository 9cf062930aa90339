/** A WebSocket as a conversation: its messages in order, filtered, and the payload of the chosen one. */
import { useRef, useState, type JSX, type KeyboardEvent } from 'react';
import type { MessageDirection, MessageRow, MessageType } from '../../proxy-core/contract/messages.ts';
import { call } from '../connection/core.ts';
import { ofShown } from '../state/traffic.ts';
import { useTexts } from '../i18n/index.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { formatBytes, formatClock, formatCount } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { scrollRowIntoView } from '../grid/scroll-row.ts';
import { useRows } from '../grid/use-rows.ts';
import { useRowHeight } from '../ui/row-height.ts';
import { BodyView } from '../body/BodyView.tsx';
import { useMessages } from './use-messages.ts';
import './messages.css';

const TYPES: readonly MessageType[] = ['text', 'binary', 'ping', 'pong', 'close'];
const DIRECTIONS: readonly MessageDirection[] = ['up', 'down'];
const SEARCH_MAX = 200;
const PAGE_STEP = 10;

/** What a message is, for the viewer that suits it. */
function mediaTypeOf(row: MessageRow): string {
  if (row.type !== 'text') return 'application/octet-stream';
  return /^\s*[[{]/.test(row.preview) ? 'application/json' : 'text/plain';
}

export function MessagesTab({ row }: { row: TrafficRow }): JSX.Element {
  const t = useTexts();
  const m = t.detail.messages;
  const [text, setText] = useState('');
  const [direction, setDirection] = useState<MessageDirection | undefined>();
  const [type, setType] = useState<MessageType | undefined>();
  const [chosen, setChosen] = useState<number | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const height = useRowHeight();
  const { rows, seen, dropped, problems, loading, failed } = useMessages(
    row.id,
    {
      ...(text !== '' && { text }),
      ...(direction !== undefined && { direction }),
      ...(type !== undefined && { type }),
    },
    row.requestBytes + row.responseBytes + (row.state === 'open' ? 0 : 1),
  );
  const shown = useRows(scroller, rows.length, height);
  const at = chosen === null ? -1 : rows.findIndex((message) => message.n === chosen);
  const message = rows[at];

  const move = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + PAGE_STEP,
      PageUp: at - PAGE_STEP,
      Home: 0,
      End: rows.length - 1,
    };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const index = Math.max(0, Math.min(rows.length - 1, wanted));
    setChosen(rows[index]?.n ?? null);
    if (scroller.current) scrollRowIntoView(scroller.current, index, height);
  };

  return (
    <div className="messages">
      <div className="section-head">
        <label className="body-search">
          <Icon name="search" size={12} />
          <input
            aria-label={m.search}
            placeholder={m.search}
            value={text}
            maxLength={SEARCH_MAX}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <div className="segmented" role="group" aria-label={m.direction}>
          <button type="button" aria-pressed={direction === undefined} onClick={() => setDirection(undefined)}>
            {m.both}
          </button>
          {DIRECTIONS.map((item) => (
            <button
              key={item}
              type="button"
              aria-pressed={direction === item}
              title={m.directions[item]}
              aria-label={m.directions[item]}
              onClick={() => setDirection(item)}
            >
              <Icon name={item} size={12} />
            </button>
          ))}
        </div>
        <select
          className="input"
          aria-label={m.type}
          value={type ?? ''}
          onChange={(event) => setType(TYPES.find((item) => item === event.target.value))}
        >
          <option value="">{m.allTypes}</option>
          {TYPES.map((item) => (
            <option key={item} value={item}>
              {m.types[item]}
            </option>
          ))}
        </select>
        <span className="grow" />
        <span className="faint cut" role="status">
          {m.count(formatCount(rows.length), formatCount(seen))}
        </span>
      </div>
      {dropped > 0 && <p className="body-note">{m.dropped(dropped)}</p>}
      {DIRECTIONS.map(
        (item) =>
          problems[item] !== undefined && (
            <p key={item} className="body-note">
              {m.problem(m.directions[item], problems[item])}
            </p>
          ),
      )}
      <div className={`messages-split ${message === undefined ? '' : 'two'}`}>
        <div
          ref={scroller}
          className="message-list"
          role="listbox"
          aria-label={m.list}
          tabIndex={0}
          aria-activedescendant={message === undefined ? undefined : `message-${message.n}`}
          onKeyDown={move}
        >
          {rows.length === 0 ? (
            <p className="faint pad">{failed ?? (loading ? t.app.loading : seen === 0 ? m.none : m.noMatch)}</p>
          ) : (
            <div className="message-rows" style={{ height: shown.height }}>
              {shown.shown.map(({ index, slot, top }) => {
                const item = rows[index];
                if (item === undefined) return null;
                return (
                  <div
                    key={slot}
                    id={`message-${item.n}`}
                    className={`message-row ${item.direction}`}
                    role="option"
                    aria-selected={item.n === chosen}
                    style={{ transform: `translateY(${top}px)` }}
                    onClick={() => setChosen(item.n)}
                  >
                    <span className={`message-way ${item.direction}`} title={m.directions[item.direction]}>
                      <Icon name={item.direction} size={12} />
                    </span>
                    <span className="message-type">{m.types[item.type]}</span>
                    <span className="message-text cut">
                      {item.close === undefined
                        ? item.preview || <span className="faint">{item.note && m.notes[item.note]}</span>
                        : m.closed(String(item.close.code), item.close.reason)}
                    </span>
                    <span className="faint num">{formatBytes(item.bytes ?? item.wireBytes)}</span>
                    <span className="faint num">{formatClock(item.atMs)}</span>
                  </div>
                );
              })}
            </div>
          )}
        </div>
        {message !== undefined && (
          <div className="message-payload">
            <p className="message-facts">
              {[
                m.number(formatCount(message.n)),
                m.directions[message.direction],
                message.frames > 1 ? m.frames(message.frames) : '',
                message.compressed === true ? m.compressed(formatBytes(message.wireBytes)) : '',
                message.note === undefined ? '' : m.notes[message.note],
              ]
                .filter((part) => part !== '')
                .join(' · ')}
            </p>
            <BodyView
              info={{
                bytes: message.bytes ?? message.wireBytes,
                kept: message.kept,
                mediaType: mediaTypeOf(message),
                ...(message.note === 'truncated' || message.note === 'dropped' ? { note: message.note } : {}),
              }}
              name={`message-${message.n}`}
              source={`${row.key}-message-${message.n}`}
              place="message"
              load={(range) => call('exchange.message', { id: row.id, ...ofShown(), n: message.n, ...range })}
            />
          </div>
        )}
      </div>
    </div>
  );
}
