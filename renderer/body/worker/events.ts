/** Server-sent events out of the text of a stream (WHATWG HTML, "Interpreting an event stream"), in slices. Pure. */
import type { Work } from './work.ts';

export interface StreamEvent {
  /** `message` where the stream names none. */
  type: string;
  /** The last event ID as of this event. */
  id: string;
  data: string;
  /** Reconnection time that came with it, ms. */
  retry?: number;
}

export interface StreamEvents {
  events: StreamEvent[];
  /** Characters that were not read, because enough events were. */
  left: number;
  /** Comment lines, which servers send to keep the connection open. */
  comments: number;
}

/** Events read of one stream. */
export const EVENTS_MAX = 5000;
const STEP_LINES = 4096;

/** Where the line at `at` ends, and where the next begins. */
function lineEnd(text: string, at: number): [end: number, next: number] {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10) return [i, i + 1];
    if (code === 13) return [i, text.charCodeAt(i + 1) === 10 ? i + 2 : i + 1];
  }
  return [text.length, text.length];
}

export function* readEvents(text: string): Work<StreamEvents> {
  const events: StreamEvent[] = [];
  let comments = 0;
  let type = '';
  let id = '';
  let data: string[] = [];
  let retry: number | undefined;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let lines = 1; at < text.length && events.length < EVENTS_MAX; lines++) {
    const [end, next] = lineEnd(text, at);
    const line = text.slice(at, end);
    at = next;
    if (line === '') {
      // Without data nothing is dispatched.
      if (data.length > 0)
        events.push({ type: type || 'message', id, data: data.join('\n'), ...(retry !== undefined && { retry }) });
      type = '';
      data = [];
      retry = undefined;
    } else if (line.startsWith(':')) comments++;
    else {
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1);
      if (name === 'data') data.push(value);
      else if (name === 'event') type = value;
      else if (name === 'id' && !value.includes('\0')) id = value;
      else if (name === 'retry' && /^\d{1,9}$/.test(value)) retry = Number(value);
    }
    if (lines % STEP_LINES === 0) yield;
  }
  return { events, left: text.length - at, comments };
}
