/** Joins one channel to the core: frames in, commands and subscriptions, frames out. One of these per connected page. */
import { isCommandName, PARAM_PARSERS, type CommandHandlers, type CommandName } from '../contract/commands.ts';
import { CommandError, toWireError } from '../contract/errors.ts';
import {
  CONTRACT_VERSION,
  parseClientFrame,
  type Channel,
  type ClientFrame,
  type ServerFrame,
} from '../contract/frames.ts';
import {
  isStreamName,
  STREAM_PARSERS,
  type StreamName,
  type StreamSources,
  type StreamSubscription,
} from '../contract/streams.ts';
import { checkDepth } from './depth.ts';

/** What is served. */
export interface ServedCore {
  name: string;
  version: string;
  handlers: CommandHandlers;
  streams: StreamSources;
}

/** A page may hold this many subscriptions. */
const MAX_SUBSCRIPTIONS = 64;
/** Calls of one page that may be under way at once. */
const MAX_CALLS = 256;
/** A page that takes nothing for this many bytes is given up. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;

/** Serves until the channel closes. `trace` is told every frame on one line when tracing is on. */
export function serve(core: ServedCore, channel: Channel, trace?: (line: string) => void): void {
  const subscriptions = new Map<number, StreamSubscription>();
  let calls = 0;
  let greeted = false;

  const send = (frame: ServerFrame): void => {
    trace?.(`> ${frame.t}${'id' in frame ? ` ${frame.id}` : ''}`);
    if (channel.pendingBytes() > MAX_PENDING_BYTES) {
      channel.close();
      return;
    }
    channel.send(frame);
  };
  /** For frames nobody waits on: a channel that cannot take one is of no more use, and the core goes on. */
  const tell = (frame: ServerFrame): void => {
    try {
      send(frame);
    } catch (error) {
      giveUp(`${frame.t} could not be sent`, error);
    }
  };
  /** Ends this channel and what it subscribed to, whatever of it still works. */
  const giveUp = (what: string, error: unknown): void => {
    const steps = [
      () => trace?.(`! ${what}: ${String(error)}`),
      () => channel.close(),
      ...[...subscriptions.values()].map((subscription) => () => subscription.stop()),
    ];
    subscriptions.clear();
    for (const step of steps) {
      try {
        step();
      } catch {
        // It is being given up already.
      }
    }
  };
  /** What a channel calls: thrown on, it would end the process. */
  const guarded = (what: string, step: () => void): void => {
    try {
      step();
    } catch (error) {
      giveUp(what, error);
    }
  };

  async function answer(id: number, name: string, params: unknown): Promise<void> {
    calls++;
    try {
      if (!isCommandName(name))
        throw new CommandError('unknown-command', `there is no command ${JSON.stringify(name)}`);
      if (calls > MAX_CALLS)
        throw new CommandError(
          'conflict',
          `more than ${MAX_CALLS} calls are under way`,
          'Wait for answers before calling again.',
        );
      const result: unknown = await call(core.handlers, name, params);
      if (isBytesResult(result)) send({ t: 'bytes', id, meta: result.meta, bytes: result.bytes });
      else send({ t: 'ok', id, result });
    } catch (error) {
      tell({ t: 'fail', id, error: toWireError(error) });
    } finally {
      calls--;
    }
  }

  function subscribe(id: number, stream: string, params: unknown): void {
    try {
      if (!isStreamName(stream))
        throw new CommandError('unknown-stream', `there is no stream ${JSON.stringify(stream)}`);
      if (subscriptions.size >= MAX_SUBSCRIPTIONS)
        throw new CommandError('conflict', `more than ${MAX_SUBSCRIPTIONS} subscriptions`);
      subscriptions.get(id)?.stop();
      subscriptions.set(
        id,
        open(core.streams, stream, params, (item) => tell({ t: 'item', id, item })),
      );
    } catch (error) {
      tell({ t: 'end', id, error: toWireError(error) });
    }
  }

  function handle(frame: ClientFrame): void {
    switch (frame.t) {
      case 'hello':
        greeted = true;
        if (frame.contractVersion !== CONTRACT_VERSION) channel.close();
        return;
      case 'call':
        void answer(frame.id, frame.name, frame.params);
        return;
      case 'subscribe':
        subscribe(frame.id, frame.stream, frame.params);
        return;
      case 'unsubscribe':
        subscriptions.get(frame.id)?.stop();
        subscriptions.delete(frame.id);
        return;
      case 'ack':
        subscriptions.get(frame.id)?.acknowledge?.(frame.mark);
        return;
    }
  }

  guarded('the channel cannot be listened to', () => {
    channel.onFrame((raw) =>
      guarded('a frame could not be dealt with', () => {
        const frame = parseClientFrame(raw);
        trace?.(`< ${frame === null ? 'unreadable' : frame.t}`);
        // The first frame must be hello; whoever sends something else speaks another language.
        if (frame === null || (!greeted && frame.t !== 'hello')) channel.close();
        else handle(frame);
      }),
    );
    channel.onClose(() => {
      const open = [...subscriptions.values()];
      subscriptions.clear();
      for (const subscription of open) guarded('a subscription could not be ended', () => subscription.stop());
    });
  });
  tell({ t: 'hello', contractVersion: CONTRACT_VERSION, name: core.name, version: core.version });
}

/** Parses the parameters and runs the command. */
export async function call<N extends CommandName>(
  handlers: CommandHandlers,
  name: N,
  rawParams: unknown,
): Promise<unknown> {
  checkDepth(rawParams);
  return await handlers[name](PARAM_PARSERS[name](rawParams));
}

function open<N extends StreamName>(
  streams: StreamSources,
  name: N,
  rawParams: unknown,
  push: (item: unknown) => void,
): StreamSubscription {
  checkDepth(rawParams);
  return streams[name](STREAM_PARSERS[name](rawParams), push);
}

function isBytesResult(result: unknown): result is { meta: unknown; bytes: Uint8Array } {
  return (
    typeof result === 'object' &&
    result !== null &&
    'bytes' in result &&
    result.bytes instanceof Uint8Array &&
    'meta' in result
  );
}
