/** Many lines of text, drawn only where they are seen; lines that match a search stand out. */
import { useEffect, useRef, type JSX } from 'react';
import { useRows } from '../grid/use-rows.ts';
import { MAX_LINES, type LineSource } from './worker/lines.ts';

const LINE_HEIGHT = 18;

interface LinesProps {
  lines: LineSource;
  search: string;
  /** Lines that stand out, where that is not told by their text. */
  hits?: ReadonlySet<number>;
  /** Line to scroll to, from 0; -1 for none. */
  line: number;
  label: string;
  numbered?: boolean;
}

export function Lines({ lines, search, hits, line, label, numbered = true }: LinesProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const count = Math.min(lines.count, MAX_LINES);
  const rows = useRows(scroller, count, LINE_HEIGHT);
  const wanted = search.toLowerCase();
  const scrolledTo = useRef(-1);
  useEffect(() => {
    const element = scroller.current;
    // Shown again after another view, it stays where it was.
    if (scrolledTo.current === line) return;
    scrolledTo.current = line;
    if (element !== null && line >= 0) element.scrollTop = line * LINE_HEIGHT - element.clientHeight / 2;
  }, [line]);
  const gutter = `${String(count).length + 1}ch`;
  return (
    <div ref={scroller} className="lines" tabIndex={0} role="region" aria-label={label}>
      <div className="lines-inner" style={{ height: rows.height }}>
        {rows.shown.map(({ index, slot, top }) => {
          const text = lines.at(index);
          const hit = hits?.has(index) === true || (wanted !== '' && text.toLowerCase().includes(wanted));
          return (
            <div
              key={slot}
              className={`line ${hit ? 'hit' : ''} ${index === line ? 'now' : ''}`}
              style={{ transform: `translateY(${top}px)` }}
            >
              {numbered && (
                <span className="line-no" style={{ width: gutter }}>
                  {index + 1}
                </span>
              )}
              <span>{text}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
