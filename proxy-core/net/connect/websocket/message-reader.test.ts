import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SeenMessage } from '../../../contract/messages.ts';
import { agreedDeflate, type DeflateAgreement } from './deflate.ts';
import { MessageReader } from './message-reader.ts';
import { makeFrame } from './testkit.ts';

interface Read {
  reader: MessageReader;
  messages: SeenMessage[];
  problems: string[];
}

function read(deflate?: DeflateAgreement, keepBytes = 1024): Read {
  const messages: SeenMessage[] = [];
  const problems: string[] = [];
  const reader = new MessageReader({
    deflate,
    keepBytes: () => keepBytes,
    message: (message) => messages.push({ ...message, payload: new Uint8Array(message.payload) }),
    broken: (direction, problem) => problems.push(`${direction}: ${problem}`),
  });
  return { reader, messages, problems };
}

const textOf = (message: SeenMessage | undefined): string => Buffer.from(message?.payload ?? []).toString();
const compressed = (text: string, dictionary?: string): Buffer => {
  const out = deflateRawSync(text, {
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary !== undefined && { dictionary: Buffer.from(dictionary) }),
  });
  return out.subarray(0, -4);
};

describe('messages of a WebSocket', () => {
  it('come out the same whatever pieces they come in', () => {
    const wire = Buffer.concat([
      makeFrame({ opcode: 1, payload: 'hello' }),
      makeFrame({ opcode: 2, payload: Buffer.alloc(300, 7) }),
      makeFrame({ opcode: 1, payload: 'frag', fin: false }),
      makeFrame({ opcode: 9, payload: 'beat' }),
      makeFrame({ opcode: 0, payload: 'men', fin: false }),
      makeFrame({ opcode: 0, payload: 'ts' }),
      makeFrame({ opcode: 2, payload: Buffer.alloc(70_000, 9) }),
      makeFrame({ opcode: 1 }),
      makeFrame({ opcode: 8, payload: Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from('bye')]) }),
    ]);
    const told = (pieces: number): unknown[] => {
      const { reader, messages, problems } = read();
      for (let at = 0; at < wire.length; at += pieces) reader.push('up', wire.subarray(at, at + pieces));
      reader.end();
      expect(problems).toEqual([]);
      return messages.map(({ type, bytes, frames, note, close, payload }) => ({
        type,
        bytes,
        frames,
        note,
        close,
        start: Buffer.from(payload.subarray(0, 12)).toString('latin1'),
      }));
    };
    const whole = told(wire.length);
    expect(whole).toEqual([
      { type: 'text', bytes: 5, frames: 1, start: 'hello' },
      { type: 'binary', bytes: 300, frames: 1, start: '\x07'.repeat(12) },
      { type: 'ping', bytes: 4, frames: 1, start: 'beat' },
      { type: 'text', bytes: 9, frames: 3, start: 'fragments' },
      { type: 'binary', bytes: 70_000, frames: 1, note: 'truncated', start: '\x09'.repeat(12) },
      { type: 'text', bytes: 0, frames: 1, start: '' },
      { type: 'close', bytes: 5, frames: 1, close: { code: 1000, reason: 'bye' }, start: '\x03èbye' },
    ]);
    for (const pieces of [1, 2, 3, 7, 64, 4096]) expect(told(pieces)).toEqual(whole);
  });

  it('keep no more than they may of a long one, and count all of it', () => {
    const { reader, messages } = read(undefined, 10);
    reader.push('down', makeFrame({ opcode: 2, payload: Buffer.alloc(100_000, 1), mask: false }));
    expect(messages).toMatchObject([{ bytes: 100_000, wireBytes: 100_000, note: 'truncated' }]);
    expect(messages[0]?.payload.length).toBe(10);
  });

  it.each<[string, Buffer, RegExp]>([
    ['a frame of the client without a mask', makeFrame({ opcode: 1, payload: 'x', mask: false }), /not masked/],
    ['a reserved opcode', makeFrame({ opcode: 3 }), /opcode 3/],
    ['a reserved control opcode', makeFrame({ opcode: 11 }), /opcode 11/],
    ['a long ping', makeFrame({ opcode: 9, payload: Buffer.alloc(126) }), /125/],
    ['a fragmented close', makeFrame({ opcode: 8, fin: false }), /fragmented/],
    ['a continuation of nothing', makeFrame({ opcode: 0 }), /continuation of no message/],
    [
      'a message inside another',
      Buffer.concat([makeFrame({ opcode: 1, fin: false }), makeFrame({ opcode: 1 })]),
      /inside another/,
    ],
    ['compression nobody agreed on', makeFrame({ opcode: 1, rsv1: true }), /not agreed/],
    ['another reserved bit', Buffer.from([0x91, 0x80, 0, 0, 0, 0]), /reserved bit/],
    ['2^63 bytes', Buffer.from([0x82, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), /2\^53/],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /./],
  ])('stop at %s, once, and go on the other way', (_what, wire, problem) => {
    const { reader, messages, problems } = read();
    reader.push('up', wire);
    reader.push('up', wire);
    reader.push('down', makeFrame({ opcode: 1, payload: 'still read', mask: false }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
    expect(messages.map(textOf)).toEqual(['still read']);
  });

  it('that are cut off by the end are told as such', () => {
    const { reader, messages } = read();
    reader.push('up', makeFrame({ opcode: 1, payload: 'half of', fin: false }));
    reader.push('up', makeFrame({ opcode: 0, payload: ' a message' }).subarray(0, 9));
    reader.end();
    reader.end();
    expect(messages).toMatchObject([{ type: 'text', note: 'incomplete' }]);
  });

  it('random bytes never throw', () => {
    let seed = 42;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff;
    for (let round = 0; round < 2000; round++) {
      const { reader } = read({ clientForgets: false, serverForgets: false });
      const bytes = Uint8Array.from({ length: 200 }, () => random() * 256);
      // A plausible start, or most of them would end at the first byte.
      if (round % 2 === 0) bytes.set([0xc1, 0x80 | (round % 100)]);
      reader.push('up', bytes);
      reader.push('down', bytes);
      reader.end();
    }
  });
});

describe('permessage-deflate', () => {
  it.each<[string, ReturnType<typeof agreedDeflate>]>([
    ['', undefined],
    ['permessage-deflate', { clientForgets: false, serverForgets: false }],
    ['permessage-deflate; client_no_context_takeover', { clientForgets: true, serverForgets: false }],
    [
      'Permessage-Deflate; server_no_context_takeover; client_max_window_bits=12',
      { clientForgets: false, serverForgets: true },
    ],
    ['permessage-deflate, x-other', 'other'],
    ['x-webkit-deflate-frame', 'other'],
  ])('agreed by %s', (value, agreement) => {
    expect(agreedDeflate(['Sec-WebSocket-Extensions', value])).toEqual(agreement);
  });

  it('messages refer to those before them', () => {
    const { reader, messages, problems } = read({ clientForgets: false, serverForgets: false });
    const first = 'the quick brown fox jumps over the lazy dog. '.repeat(3);
    reader.push('up', makeFrame({ opcode: 1, rsv1: true, payload: compressed(first) }));
    const second = compressed(first + '!', first);
    reader.push('up', makeFrame({ opcode: 1, rsv1: true, payload: second.subarray(0, 3), fin: false }));
    reader.push('up', makeFrame({ opcode: 0, payload: second.subarray(3) }));
    reader.push('up', makeFrame({ opcode: 1, payload: 'plain between' }));
    reader.push('up', makeFrame({ opcode: 1, rsv1: true, payload: compressed('empty: ') }));
    expect(problems).toEqual([]);
    expect(messages.map(textOf)).toEqual([first, first + '!', 'plain between', 'empty: ']);
    expect(messages[1]).toMatchObject({ compressed: true, bytes: first.length + 1, frames: 2 });
    expect(messages[1]!.wireBytes).toBeLessThan(messages[1]!.bytes!);
  });

  it('after one that cannot be inflated nothing that may refer to it is guessed', () => {
    const { reader, messages } = read({ clientForgets: false, serverForgets: true });
    for (const direction of ['up', 'down'] as const) {
      const mask = direction === 'up';
      reader.push(direction, makeFrame({ opcode: 1, rsv1: true, payload: Buffer.alloc(20, 0xff), mask }));
      reader.push(direction, makeFrame({ opcode: 1, rsv1: true, payload: compressed('after'), mask }));
    }
    expect(messages.map(({ note, bytes }) => note ?? bytes)).toEqual(['not-decoded', 'not-decoded', 'not-decoded', 5]);
  });

  it('a bomb is not inflated', () => {
    const { reader, messages } = read({ clientForgets: false, serverForgets: false });
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(
      0,
      -4,
    );
    reader.push('up', makeFrame({ opcode: 2, rsv1: true, payload: bomb }));
    expect(messages).toMatchObject([{ note: 'not-decoded', bytes: undefined, wireBytes: bomb.length }]);
  });
});
