/** Which upgraded connections are read as WebSocket, and what their record is told. */
import type { ExchangeLog } from '../../../contract/observer.ts';
import { getField, type FieldList } from '../../../http/fields.ts';
import { agreedDeflate } from './deflate.ts';
import { MessageReader } from './message-reader.ts';

/**
 * A reader that tells the record of the messages that pass; undefined for another protocol, and where an extension is in
 * use that is not known here. `handshake` is the 101 of the origin, `keepBytes` the payload recorded of one message.
 */
export function recordMessages(
  log: ExchangeLog,
  asked: string | undefined,
  handshake: FieldList,
  keepBytes: () => number,
): MessageReader | undefined {
  if (asked?.toLowerCase() !== 'websocket') return undefined;
  const deflate = agreedDeflate(handshake);
  if (deflate === 'other') {
    const problem = `extension not supported: ${(getField(handshake, 'sec-websocket-extensions') ?? '').slice(0, 200)}`;
    log.messagesBroken('up', problem);
    log.messagesBroken('down', problem);
    return undefined;
  }
  return new MessageReader({
    deflate,
    keepBytes,
    message: (message) => log.message(message),
    broken: (direction, problem) => log.messagesBroken(direction, problem),
  });
}
