/** Opens one TCP connection outwards: by the dial rule, within the account of descriptors and the time allowed. */
import net from 'node:net';
import type { UpstreamConnection } from '../../contract/observer.ts';
import type { DialBudget } from '../front/descriptors.ts';
import type { DialGuard } from '../origin/dial-guard.ts';
import { describeConnection } from '../origin/origin-connector.ts';

export interface DialDeps {
  guard: DialGuard;
  budget: DialBudget;
  timeoutMs: number;
}

/** What becomes of it; one of the two, once, unless it is cancelled. */
export interface DialListener {
  onConnected(socket: net.Socket, facts: UpstreamConnection): void;
  onFailed(error: Error): void;
}

/** A connection attempt. */
export interface Dialling {
  /** Aborts the attempt; destroys the socket if it is connected already. */
  cancel(): void;
}

/** Why nothing may be dialled there, without asking a name server; undefined when it may be tried. */
export function refusalToDial(deps: Pick<DialDeps, 'guard' | 'budget'>, hostname: string, port: number) {
  return deps.guard.refusal(hostname, port) ?? deps.budget.refusal();
}

/** Dials host and port. The socket stays half open when its peer ends. */
export function dial(hostname: string, port: number, deps: DialDeps, listener: DialListener): Dialling {
  const socket = new net.Socket({ allowHalfOpen: true, noDelay: true, keepAlive: true });
  let settled = false;
  const timer = setTimeout(
    () => socket.destroy(Object.assign(new Error('connect timeout'), { code: 'ETIMEDOUT' })),
    deps.timeoutMs,
  );
  timer.unref();
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    clearTimeout(timer);
    return true;
  };
  const startedMs = performance.now();
  let lookedUpMs: number | undefined;
  socket.once('lookup', () => (lookedUpMs ??= performance.now()));
  // Never removed: a later error just closes the socket.
  socket.on('error', (error) => {
    if (settle()) listener.onFailed(error);
    else socket.destroy();
  });
  socket.once('connect', () => {
    if (settle()) listener.onConnected(socket, describeConnection(socket, startedMs, lookedUpMs));
  });
  try {
    deps.budget.hold(socket);
    socket.connect({ host: hostname, port, lookup: deps.guard.lookup(port), autoSelectFamily: true });
  } catch (error) {
    settle();
    socket.destroy();
    throw error;
  }
  return {
    cancel: () => {
      settle();
      socket.destroy();
    },
  };
}
