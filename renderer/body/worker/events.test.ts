import { describe, expect, it } from 'vitest';
import { EVENTS_MAX, readEvents, type StreamEvents } from './events.ts';
import { finish } from './work.ts';

const read = (text: string): StreamEvents => finish(readEvents(text));

describe('server-sent events', () => {
  it.each<[string, string, unknown[]]>([
    ['one', 'data: hello\n\n', [{ type: 'message', id: '', data: 'hello' }]],
    ['without a space', 'data:hello\n\n', [{ type: 'message', id: '', data: 'hello' }]],
    ['only the first space goes', 'data:  x\n\n', [{ type: 'message', id: '', data: ' x' }]],
    ['several lines', 'data: a\ndata: b\ndata\n\n', [{ type: 'message', id: '', data: 'a\nb\n' }]],
    [
      'CRLF and CR',
      'data: a\r\n\r\ndata: b\r\r',
      [
        { type: 'message', id: '', data: 'a' },
        { type: 'message', id: '', data: 'b' },
      ],
    ],
    [
      'named, with an id that stays',
      'event: tick\nid: 7\ndata: 1\n\ndata: 2\n\n',
      [
        { type: 'tick', id: '7', data: '1' },
        { type: 'message', id: '7', data: '2' },
      ],
    ],
    ['an id with NUL is ignored', 'id: a\0b\ndata: 1\n\n', [{ type: 'message', id: '', data: '1' }]],
    ['retry', 'retry: 3000\ndata: 1\n\n', [{ type: 'message', id: '', data: '1', retry: 3000 }]],
    ['no data, no event', 'event: x\n\nid: 4\n\n', []],
    ['an unfinished one is none', 'data: half', []],
    ['a byte order mark', '\uFEFFdata: 1\n\n', [{ type: 'message', id: '', data: '1' }]],
  ])('%s', (_what, text, events) => {
    expect(read(text).events).toEqual(events);
  });

  it('counts comments, and stops at its bound', () => {
    expect(read(': alive\n: alive\n\ndata: 1\n\n').comments).toBe(2);
    const many = read('data: 1\n\n'.repeat(EVENTS_MAX + 10));
    expect(many.events).toHaveLength(EVENTS_MAX);
    expect(many.left).toBe(90);
  });
});
