/**
 * The page's one door to the core: keeps a session over whatever transport there is, starts the feeds on every new
 * session and lets callers call. Feeds and their targets are given by the caller (see app/start.ts).
 */
import type { CommandName, CommandParams, CommandResult } from '../../proxy-core/contract/commands.ts';
import { CommandError } from '../../proxy-core/contract/errors.ts';
import type { Channel } from '../../proxy-core/contract/frames.ts';
import type { StreamItem, StreamName, StreamParams } from '../../proxy-core/contract/streams.ts';
import type { CoreInfo } from '../../proxy-core/contract/commands.ts';
import { useConnection } from '../state/connection.ts';
import { openSession, type Session, type Subscription } from './session.ts';
import type { Transport } from './transport.ts';

let session: Session | null = null;
let transport: Transport | null = null;

/** Asks the core; rejects with a {@link CommandError} in plain words. */
export function call<N extends CommandName>(name: N, params: CommandParams<N>): Promise<CommandResult<N>> {
  return session === null
    ? Promise.reject(new CommandError('unavailable', 'there is no connection to the core'))
    : session.call(name, params);
}

/** Subscribes to a stream of the core; null while there is no connection. A new connection asks for a new subscription. */
export function subscribeTo<N extends StreamName>(
  stream: N,
  params: StreamParams<N>,
  onItem: (item: StreamItem<N>) => void,
): Subscription | null {
  return session?.subscribe(stream, params, onItem) ?? null;
}

/** Tries to reach the core at once instead of waiting for the next try. */
export function retryNow(): void {
  transport?.retryNow?.();
}

/** Tries to reach the core with this token. */
export function giveToken(token: string): void {
  transport?.giveToken?.(token);
}

/** Starts the feeds of a fresh session. `info` tells whether it is the same core session as before. */
export type StartFeeds = (session: Session, info: CoreInfo) => void;

/** Connects through the transport and stays connected. */
export function connectCore(way: Transport, startFeeds: StartFeeds): void {
  const { setState: set } = useConnection;
  transport = way;
  set({ kind: way.kind, phase: 'connecting' });

  function drop(): void {
    const old = session;
    session = null;
    old?.close();
  }

  function adopt(channel: Channel): void {
    drop();
    const fresh = openSession(channel, {
      onHello: () => {
        fresh.call('core.info', {}).then(
          (info) => {
            set({ phase: 'connected', info, attempt: 0, retryAtMs: 0 });
            startFeeds(fresh, info);
          },
          (problem: unknown) =>
            set({ phase: 'lost', problem: problem instanceof Error ? problem.message : String(problem) }),
        );
      },
      onWrongVersion: (theirs) => set({ phase: 'wrong-version', theirVersion: theirs }),
      onClose: () => {
        if (session === fresh) {
          session = null;
          markLost();
        }
      },
    });
    session = fresh;
  }

  function markLost(): void {
    const { phase } = useConnection.getState();
    if (phase === 'connected') set({ phase: 'lost' });
  }

  way.start({
    onChannel: adopt,
    onLost: () => {
      drop();
      markLost();
    },
    onRetry: (attempt, retryAtMs) => {
      if (useConnection.getState().phase !== 'wrong-version') set({ phase: 'lost', attempt, retryAtMs });
    },
    onRefused: (refusal) => set(({ refusals }) => ({ phase: 'refused', refusal, refusals: refusals + 1 })),
    onCoreStatus: (coreProcess) => set({ coreProcess }),
  });
}
