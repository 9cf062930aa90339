/** The content of a request that comes over a throttled line. */
import { Transform, type Readable } from 'node:stream';
import type { Sender } from './lane.ts';
import type { Link } from './link.ts';
import { pieceBytes } from './pace.ts';

/** What may lie in front of the line and behind it, bytes. */
const ROOM_BYTES = 16 * 1024;

/** The same content, no faster than the line. What breaks or ends one of the two breaks the other. */
export function pacedBody(source: Readable, link: Link): Readable {
  const sender: Sender = { bytes: 0, passed: () => undefined, gone: false };
  const paced = new Transform({
    readableHighWaterMark: ROOM_BYTES,
    writableHighWaterMark: ROOM_BYTES,
    transform(chunk: Buffer, _encoding, done) {
      let rest = chunk;
      const deliver = (): void => {
        paced.push(rest.subarray(0, sender.bytes));
        rest = rest.subarray(sender.bytes);
      };
      const next = (): void => {
        while (rest.length > 0) {
          sender.bytes = Math.min(rest.length, pieceBytes(link.up.rate));
          if (!link.up.take(sender)) return;
          deliver();
        }
        done();
      };
      sender.passed = () => {
        if (sender.gone) return;
        deliver();
        next();
      };
      next();
    },
  });
  source.on('error', (error) => paced.destroy(error));
  source.on('close', () => {
    if (!source.readableEnded) paced.destroy();
  });
  paced.on('close', () => {
    sender.gone = true;
    source.unpipe(paced);
    // What the client still sends is read away, or it would never read its answer.
    if (!source.destroyed) source.resume();
  });
  paced.on('error', () => undefined);
  source.pipe(paced);
  return paced;
}
