/**
 * Opens one connection outwards, straight or through the proxy further up: by the dial rule, within the account of
 * descriptors and the time allowed.
 */
import net from 'node:net';
import type { DuplexOptions } from 'node:stream';
import type { UpstreamConnection } from '../../contract/observer.ts';
import type { DialBudget } from '../front/descriptors.ts';
import type { DialGuard } from '../origin/dial-guard.ts';
import { describeConnection } from '../origin/origin-connection.ts';
import { askProxy } from '../origin/proxy-handshake.ts';
import type { UpstreamRoute } from '../origin/upstream-route.ts';
import { timeLimit } from './time-limit.ts';

export interface DialDeps {
  guard: DialGuard;
  budget: DialBudget;
  timeoutMs: number;
  /** Which way; straight when absent. */
  route?: UpstreamRoute | undefined;
  /** For plain requests: a proxy that takes them as they are is not asked for a connection. */
  forwards?: boolean;
  /** What the socket is made with instead: by default it stays half open when its peer ends. */
  socket?: net.SocketConstructorOpts & DuplexOptions;
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

/** TCP asks an idle peer whether it is still there after this long, ms. */
const KEEP_ALIVE_MS = 60_000;

/** Why nothing may be dialled there, without asking a name server; undefined when it may be tried. */
export function refusalToDial(
  deps: Pick<DialDeps, 'guard' | 'budget' | 'route'>,
  hostname: string,
  port: number,
): Error | undefined {
  const { guard, budget } = deps;
  const proxy = deps.route?.to(hostname, port);
  return proxy === undefined
    ? (guard.refusal(hostname, port) ?? budget.refusal())
    : (guard.refusalUnresolved(hostname, port) ?? guard.refusal(proxy.hostname, proxy.port) ?? budget.refusal());
}

/** Dials host and port. A refusal is told before this returns. */
export function dial(hostname: string, port: number, deps: DialDeps, listener: DialListener): Dialling {
  const refused = refusalToDial(deps, hostname, port);
  if (refused !== undefined) {
    listener.onFailed(refused);
    return { cancel: () => undefined };
  }
  const proxy = deps.route?.to(hostname, port);
  const socket = new net.Socket({
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    ...deps.socket,
  });
  let settled = false;
  const timer = timeLimit(deps.timeoutMs, () =>
    socket.destroy(
      Object.assign(new Error(`no connection to ${hostname}:${port} within ${deps.timeoutMs} ms`), {
        code: 'ETIMEDOUT',
      }),
    ),
  );
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    timer.clear();
    return true;
  };
  const fail = (error: Error): void => {
    if (settle()) listener.onFailed(proxy === undefined ? error : Object.assign(error, { via: proxy.label }));
    socket.destroy();
  };
  const startedMs = performance.now();
  let lookedUpMs: number | undefined;
  socket.once('lookup', () => (lookedUpMs ??= performance.now()));
  // Never removed: a later error just closes the socket.
  socket.on('error', fail);
  socket.once('connect', () => {
    if (settled) return;
    const stands = (): void => {
      if (!settle()) return;
      const facts = describeConnection(socket, startedMs, lookedUpMs);
      listener.onConnected(socket, proxy === undefined ? facts : { ...facts, via: proxy.label });
    };
    if (proxy === undefined || (deps.forwards === true && proxy.scheme === 'http')) stands();
    else askProxy(socket, proxy, hostname, port, (error) => (error === undefined ? stands() : fail(error)));
  });
  try {
    deps.budget.hold(socket);
    const [host, at] = proxy === undefined ? [hostname, port] : [proxy.hostname, proxy.port];
    socket.connect({ host, port: at, lookup: deps.guard.lookup(at), autoSelectFamily: true });
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
