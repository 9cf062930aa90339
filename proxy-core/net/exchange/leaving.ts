/**
 * A client that ends its exchange before the reply has ended. To go away is nobody's error, and of a stream of events the end
 * there usually is; to stall, or to send malformed content, is the client's.
 */
import { mediaTypeOf } from '../../contract/media-types.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { Forward } from '../../contract/reasons.ts';
import { getField, type FieldList } from '../../http/fields.ts';
import { outcomeOf } from './outcome.ts';

/** How far things had come. */
export type Began = 'none' | 'reply' | 'stream' | 'tunnel' | 'silence';

/** What had begun with these fields. */
export function begunBy(fields: FieldList): 'reply' | 'stream' {
  return mediaTypeOf(getField(fields, 'content-type')) === 'text/event-stream' ? 'stream' : 'reply';
}

/** Tells that the client left; `forward` says whether the cache had been asked. The record ends elsewhere. */
export function tellLeft(log: ExchangeLog, began: Began, forward: Forward | undefined): void {
  log.decided({ reason: 'client-left', facts: { began }, trace: [] });
  log.left(outcomeOf({ by: 'nobody', forward }));
}

/** Its content breaks the framing; the front answers that. */
export function tellMalformed(log: ExchangeLog): void {
  log.decided({ reason: 'request-refused', facts: { refused: 'content' }, trace: [] });
  log.failed('http_request_error', 'the content of the request is malformed');
}

/** It took nothing for so long, seconds, that it was let go. */
export function tellStalled(log: ExchangeLog, seconds: number): void {
  log.failed('client_stalled', `the client took nothing of the reply for ${seconds} s and was let go`);
}
