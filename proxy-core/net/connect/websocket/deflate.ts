/**
 * permessage-deflate (RFC 7692): what was agreed, and undoing it for one direction. A message is inflated at once, with
 * the end of those before it as the dictionary, so that nothing is asynchronous and no stream is held.
 */
import { constants, inflateRawSync } from 'node:zlib';
import { getCombined, type FieldList } from '../../../http/fields.ts';
import type { MessageDirection } from '../../../contract/messages.ts';

/** The window of deflate. */
const WINDOW_BYTES = 32 * 1024;
/** What the sender cut off the end of each message (RFC 7692 §7.2.1). */
const TAIL = Buffer.from([0, 0, 0xff, 0xff]);

/** What a handshake agreed on; undefined when no compression. */
export interface DeflateAgreement {
  /** The client's messages do not refer to earlier ones. */
  clientForgets: boolean;
  serverForgets: boolean;
}

/** The agreement in the fields of a 101 (RFC 7692 §7.1); `other` when an extension is in use that is not known here. */
export function agreedDeflate(fields: FieldList): DeflateAgreement | undefined | 'other' {
  const value = getCombined(fields, 'sec-websocket-extensions');
  if (value === undefined || value.trim() === '') return undefined;
  const [name, ...parameters] = value.split(';').map((part) => part.trim().toLowerCase());
  if (value.includes(',') || name !== 'permessage-deflate') return 'other';
  return {
    clientForgets: parameters.includes('client_no_context_takeover'),
    serverForgets: parameters.includes('server_no_context_takeover'),
  };
}

export class Inflater {
  readonly #forgets: boolean;
  readonly #maxBytes: number;
  #window: Buffer | undefined;
  #lost = false;

  /** Messages that are longer than `maxBytes` when inflated are not decoded. */
  constructor(agreement: DeflateAgreement, direction: MessageDirection, maxBytes: number) {
    this.#forgets = direction === 'up' ? agreement.clientForgets : agreement.serverForgets;
    this.#maxBytes = maxBytes;
  }

  /** The message; undefined when it cannot be told, because of it or of one before it. */
  inflate(compressed: Uint8Array): Uint8Array | undefined {
    if (this.#lost) return undefined;
    try {
      const out = inflateRawSync(Buffer.concat([compressed, TAIL]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: this.#maxBytes,
        ...(this.#window !== undefined && { dictionary: this.#window }),
      });
      this.#remember(out);
      return out;
    } catch {
      this.skip();
      return undefined;
    }
  }

  /** A message was not inflated: those that may refer to it cannot be. */
  skip(): void {
    if (!this.#forgets) this.#lost = true;
  }

  #remember(out: Buffer): void {
    if (this.#forgets || out.length === 0) return;
    this.#window =
      out.length >= WINDOW_BYTES
        ? Buffer.from(out.subarray(-WINDOW_BYTES))
        : Buffer.concat([this.#window ?? Buffer.alloc(0), out]).subarray(-WINDOW_BYTES);
  }
}
