/** When a client that promised content counts as silent; the clock is turned by hand. */
import { PassThrough, type Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tapRequestBody } from './request-body.ts';

let source: PassThrough;
let body: Readable;
let answered: boolean;
let failure: Error | undefined;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  answered = false;
  failure = undefined;
  source = new PassThrough();
  body = tapRequestBody(source, { requestData: () => undefined }, { ms: 60_000, answered: () => answered });
  body.on('error', (error) => (failure = error));
});
afterEach(() => vi.useRealTimers());

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pass = async (ms: number): Promise<void> => {
  vi.advanceTimersByTime(ms);
  await turns();
};

describe('a client that sends nothing', () => {
  it('breaks its request when the time is over, and not before', async () => {
    body.resume();
    await pass(59_000);
    expect(failure).toBeUndefined();
    await pass(16_000);
    expect(failure).toMatchObject({
      code: 'BSDM_CLIENT_SILENT',
      message: 'the client sent nothing of the request’s content for 60 s',
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has all the time anew with each byte', async () => {
    body.resume();
    for (let i = 0; i < 10; i++) {
      await pass(59_000);
      source.write('x');
      await turns();
    }
    expect(failure).toBeUndefined();
  });

  it('is not to blame while the origin takes nothing', async () => {
    source.write('x'); // nobody reads it
    await turns();
    await pass(600_000);
    expect(failure).toBeUndefined();
    body.resume();
    await turns();
    await pass(76_000);
    expect(failure).toMatchObject({ code: 'BSDM_CLIENT_SILENT' });
  });

  it('may be silent once it is answered', async () => {
    body.resume();
    answered = true;
    await pass(600_000);
    expect(failure).toBeUndefined();
  });

  it('and has sent everything is not waited for', async () => {
    body.resume();
    source.end('x');
    await turns();
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('what an origin does not want of it is read away, so that the client comes to read its answer', async () => {
  for (let i = 0; i < 10; i++) source.write(Buffer.alloc(50_000));
  await turns();
  expect(source.readableLength + source.writableLength).toBeGreaterThan(0);
  body.destroy(new Error('answered before the end'));
  await turns();
  await turns();
  expect(source.readableLength + source.writableLength).toBe(0);
  expect(source.write(Buffer.alloc(10))).toBe(true);
});
