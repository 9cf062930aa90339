/**
 * One conversation with the core over one channel: hello, calls with their answers, subscriptions with their items.
 * It ends with the channel; starting a new one is the business of connect.ts.
 */
import type { BytesMeta, CommandName, CommandParams, CommandResult } from '../../proxy-core/contract/commands.ts';
import { CommandError } from '../../proxy-core/contract/errors.ts';
import {
  CONTRACT_VERSION,
  parseServerFrame,
  type Channel,
  type ServerFrame,
} from '../../proxy-core/contract/frames.ts';
import type { StreamItem, StreamName, StreamParams } from '../../proxy-core/contract/streams.ts';
import { isItem, isResult } from './guards.ts';

/** A running subscription. */
export interface Subscription {
  /** Tells the core that everything up to this mark was applied. */
  acknowledge(mark: number): void;
  stop(): void;
}

export interface Session {
  /** Asks the core; rejects with a {@link CommandError} when it refuses or the channel ends. */
  call<N extends CommandName>(name: N, params: CommandParams<N>): Promise<CommandResult<N>>;
  subscribe<N extends StreamName>(
    stream: N,
    params: StreamParams<N>,
    onItem: (item: StreamItem<N>) => void,
    onEnd?: (error: CommandError) => void,
  ): Subscription;
  close(): void;
}

/** What a session tells its owner. */
export interface SessionEvents {
  onHello(core: { name: string; version: string }): void;
  /** The other side speaks another version of the contract; the session is closed. */
  onWrongVersion(theirs: number): void;
  onClose(): void;
}

interface Waiting {
  name: CommandName;
  resolve(result: never): void;
  reject(error: CommandError): void;
}
interface Feed {
  onItem(item: unknown): void;
  onEnd(error: CommandError): void;
}

const wireError = (frame: { error: { code: CommandError['code']; message: string; hint?: string } }): CommandError =>
  new CommandError(frame.error.code, frame.error.message, frame.error.hint);

function isBytesMeta(raw: unknown): raw is BytesMeta {
  return (
    typeof raw === 'object' &&
    raw !== null &&
    'offset' in raw &&
    typeof raw.offset === 'number' &&
    'total' in raw &&
    typeof raw.total === 'number'
  );
}

/** Opens a session over a channel and says hello. */
export function openSession(channel: Channel, events: SessionEvents): Session {
  let nextId = 1;
  let open = true;
  const waiting = new Map<number, Waiting>();
  const feeds = new Map<number, Feed>();

  function end(): void {
    if (!open) return;
    open = false;
    const lost = new CommandError('unavailable', 'the connection to the core was lost before it answered');
    for (const call of waiting.values()) call.reject(lost);
    waiting.clear();
    feeds.clear();
    events.onClose();
  }

  function settle(id: number, result: unknown): void {
    const call = waiting.get(id);
    if (call === undefined) return;
    waiting.delete(id);
    if (isResult(call.name, result)) call.resolve(result as never);
    else call.reject(new CommandError('internal', `the core's answer to ${call.name} could not be read`));
  }

  function onFrame(frame: ServerFrame): void {
    switch (frame.t) {
      case 'hello':
        if (frame.contractVersion !== CONTRACT_VERSION) {
          events.onWrongVersion(frame.contractVersion);
          channel.close();
          end();
        } else events.onHello({ name: frame.name, version: frame.version });
        return;
      case 'ok':
        return settle(frame.id, frame.result);
      case 'bytes':
        return settle(frame.id, isBytesMeta(frame.meta) ? { meta: frame.meta, bytes: frame.bytes } : undefined);
      case 'fail': {
        const call = waiting.get(frame.id);
        waiting.delete(frame.id);
        call?.reject(wireError(frame));
        return;
      }
      case 'item':
        feeds.get(frame.id)?.onItem(frame.item);
        return;
      case 'end': {
        const feed = feeds.get(frame.id);
        feeds.delete(frame.id);
        feed?.onEnd(wireError(frame));
        return;
      }
    }
  }

  channel.onFrame((raw) => {
    if (!open) return;
    const frame = parseServerFrame(raw);
    // A frame we cannot read is dropped: its call times out with the channel, and nothing half-read is applied.
    if (frame !== null) onFrame(frame);
  });
  channel.onClose(end);
  channel.send({ t: 'hello', contractVersion: CONTRACT_VERSION });

  return {
    call(name, params) {
      if (!open) return Promise.reject(new CommandError('unavailable', 'there is no connection to the core'));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { name, resolve, reject });
        channel.send({ t: 'call', id, name, params });
      });
    },
    subscribe(stream, params, onItem, onEnd) {
      const id = nextId++;
      if (open) {
        feeds.set(id, {
          onItem: (item) => {
            if (isItem(stream, item)) onItem(item);
          },
          onEnd: (error) => onEnd?.(error),
        });
        channel.send({ t: 'subscribe', id, stream, params });
      }
      return {
        acknowledge: (mark) => {
          if (open) channel.send({ t: 'ack', id, mark });
        },
        stop: () => {
          if (feeds.delete(id) && open) channel.send({ t: 'unsubscribe', id });
        },
      };
    },
    close() {
      channel.close();
      end();
    },
  };
}
