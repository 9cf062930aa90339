/** The content of a client's request on its way to the origin. */
import { Transform, type Readable } from 'node:stream';
import type { ExchangeLog } from '../../contract/observer.ts';

/** How long a client may send nothing while everybody waits for its content. */
export interface UploadPatience {
  ms: number;
  /** True once the origin answers: what a client sends then, and when, is between the two. */
  answered: () => boolean;
}

/** The time allowed is looked at in so many parts. */
const LOOKS = 4;

const broken = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/**
 * Copies the client's content to the origin, counting; broken by the client without taking the connection along. A client
 * that sends nothing for the time allowed breaks it as well, because it holds a connection to the origin that others are waiting for.
 */
export function tapRequestBody(
  source: Readable,
  log: Pick<ExchangeLog, 'requestData'>,
  patience: UploadPatience,
): Readable {
  let idleLooks = 0;
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      idleLooks = -1;
      log.requestData(chunk);
      done(null, chunk);
    },
  });
  const stopped = (): Error => broken('BSDM_BODY_BROKEN', 'the client stopped sending');
  source.on('error', () => tap.destroy(stopped()));
  source.on('close', () => {
    if (!source.readableEnded) tap.destroy(stopped());
  });
  const timer = setInterval(() => {
    // What lies here waits for the origin, not for the client.
    if (tap.readableLength > 0 || tap.writableLength > 0 || patience.answered()) idleLooks = -1;
    if (++idleLooks >= LOOKS)
      tap.destroy(
        broken('BSDM_CLIENT_SILENT', `the client sent nothing of the request’s content for ${patience.ms / 1000} s`),
      );
  }, patience.ms / LOOKS).unref();
  const stop = (): void => clearInterval(timer);
  source.on('end', stop);
  tap.on('close', () => {
    stop();
    // Nobody takes more of it: what the client still sends is read away, or it would never read its answer.
    source.unpipe(tap);
    if (!source.destroyed) source.resume();
  });
  tap.on('error', () => source.unpipe(tap));
  source.pipe(tap);
  return tap;
}
