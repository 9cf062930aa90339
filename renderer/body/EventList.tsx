/** The events of an event stream, one row each. */
import { useRef, useState, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { formatBytes } from '../ui/format.ts';
import { useRows } from '../grid/use-rows.ts';
import { useRowHeight } from '../ui/row-height.ts';
import type { StreamEvents } from './worker/events.ts';

/** Characters of a long text shown in its row, and in full below. */
const ROW_CHARS = 300;
const DATA_MAX = 64 * 1024;

export function EventList({ laid, label }: { laid: StreamEvents; label: string }): JSX.Element {
  const t = useTexts().detail.events;
  const scroller = useRef<HTMLDivElement>(null);
  const height = useRowHeight();
  const [chosen, setChosen] = useState<number | null>(null);
  const { events, left, comments } = laid;
  const rows = useRows(scroller, events.length, height);
  const event = chosen === null ? undefined : events[chosen];
  const notes = [
    comments > 0 ? t.comments(comments) : '',
    left > 0 ? t.left(events.length, formatBytes(left)) : '',
  ].filter((note) => note !== '');
  return (
    <div className="events">
      {notes.length > 0 && <p className="body-note">{notes.join(' ')}</p>}
      <div
        ref={scroller}
        className="event-list"
        role="listbox"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={event === undefined ? undefined : `event-${chosen}`}
        onKeyDown={(press) => {
          const step = press.key === 'ArrowDown' ? 1 : press.key === 'ArrowUp' ? -1 : 0;
          if (step === 0) return;
          press.preventDefault();
          press.stopPropagation();
          const index = Math.max(0, Math.min(events.length - 1, (chosen ?? -1) + step));
          setChosen(index);
          document.getElementById(`event-${index}`)?.scrollIntoView({ block: 'nearest' });
        }}
      >
        {events.length === 0 && <p className="faint pad">{t.none}</p>}
        <div className="message-rows" style={{ height: rows.height }}>
          {rows.shown.map(({ index, slot, top }) => {
            const item = events[index];
            return (
              item !== undefined && (
                <div
                  key={slot}
                  id={`event-${index}`}
                  className="event-row"
                  role="option"
                  aria-selected={index === chosen}
                  style={{ transform: `translateY(${top}px)` }}
                  onClick={() => setChosen(index)}
                >
                  <span className="faint num">{index + 1}</span>
                  <span className="event-type cut">{item.type}</span>
                  <span className="faint cut">{item.id}</span>
                  <span className="message-text cut">{item.data.slice(0, ROW_CHARS)}</span>
                </div>
              )
            );
          })}
        </div>
      </div>
      {event !== undefined && (
        <pre className="event-data" tabIndex={0} aria-label={t.data}>
          {event.data.slice(0, DATA_MAX)}
        </pre>
      )}
    </div>
  );
}
