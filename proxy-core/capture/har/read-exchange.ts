/** An exchange as it was read out of a HAR file. */
import type { BodySide, ExchangeRecord } from '../record.ts';
import type { ReadMessages } from './read-messages.ts';

export interface ReadBody {
  bytes: Uint8Array;
  /** Its codings are undone already. */
  isPlain: boolean;
  /** Cut here to what is kept of one. */
  isCut: boolean;
  dropped: boolean;
}

export interface ReadExchange {
  record: ExchangeRecord;
  bodies: Partial<Record<BodySide, ReadBody>>;
  /** Said of the response where no field says it. */
  mediaType?: string | undefined;
  messages?: ReadMessages | undefined;
  /** Number it had where it was captured. */
  ownId?: number | undefined;
}
