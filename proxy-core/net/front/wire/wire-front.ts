/**
 * The HTTP/1 front on the sockets themselves: accepts or adopts connections, gives each its reader, and closes those that
 * say nothing for too long. It makes no other decision.
 */
import { STATUS_CODES } from 'node:http';
import net, { type Socket } from 'node:net';
import { Descriptors } from '../descriptors.ts';
import type { ConnectionContext, Front, FrontHandlers } from '../front.ts';
import type { Refusal } from '../http1-checks.ts';
import { closeLongestIdle, tellPeer } from '../http1-connection.ts';
import { closeWithin, HEAD_TIMEOUT_MS, KEEP_ALIVE_MS, listenOn, NO_ROOM, refusalText } from '../http1-limits.ts';
import { WireConnection, type ConnectionOwner } from './connection.ts';
import { RecognisedBlocks } from './field-block.ts';

/** How often connections that wait are looked at, ms. */
const TICK_MS = 1000;

/** Creates a front that is not listening yet; `descriptors` says whether there is room for a client. */
export function createWireFront(
  handlers: FrontHandlers,
  descriptors = new Descriptors(undefined, () => undefined),
): Front {
  const connections = new Map<Socket, WireConnection>();
  const onFault = (where: string, error: unknown): void => {
    try {
      handlers.onFault(where, error);
    } catch {
      // nothing left to report to
    }
  };
  const report = ({ order }: WireConnection, problem: string): void => {
    try {
      handlers.onMalformed(order.client, problem);
    } catch (error) {
      onFault('refusal', error);
    }
  };
  const owner: { -readonly [K in keyof ConnectionOwner]: ConnectionOwner[K] } = {
    handlers,
    blocks: new RecognisedBlocks(),
    sequence: 0,
    tick: 0,
    stopping: false,
    onFault,
    refuse: (connection: WireConnection, { status, problem }: Refusal) => {
      connection.order.conclude(refusal(status, problem));
      report(connection, problem);
    },
    refuseContent: (connection: WireConnection, problem: string, ended: boolean) => {
      connection.order.malformed(refusal(400, problem), ended);
      report(connection, problem);
    },
  };

  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', ignore);
    const orders = function* () {
      for (const { order } of connections.values()) yield order;
    };
    if (!descriptors.mayAccept() && !closeLongestIdle(orders())) {
      descriptors.turnAway();
      socket.end(NO_ROOM);
      socket.destroySoon();
      return;
    }
    descriptors.holdClient(socket);
    const { order } = hold(socket, undefined);
    tellPeer(order, handlers, onFault);
  });
  let timer: NodeJS.Timeout | undefined;
  const hold = (socket: Socket, context: ConnectionContext | undefined): WireConnection => {
    const connection = new WireConnection(socket, owner, context);
    connections.set(socket, connection);
    timer ??= setInterval(look, TICK_MS).unref();
    socket.on('close', () => {
      connections.delete(socket);
      if (connections.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
    return connection;
  };
  /** Ends what has waited too long: for the rest of a head (RFC 9110 §15.5.9), or for another request. */
  const look = (): void => {
    owner.tick++;
    for (const connection of connections.values()) {
      const { order, socket, isReadingHead } = connection;
      if (!order.idle && !isReadingHead) {
        connection.waitsSince = owner.tick;
        continue;
      }
      const waitedMs = (owner.tick - connection.waitsSince) * TICK_MS;
      if (order.last !== undefined || order.isTakenOver) continue;
      if (isReadingHead && waitedMs >= HEAD_TIMEOUT_MS) {
        order.conclude(refusal(408, 'the head of the request did not come in time'));
        report(connection, 'the head of a request did not come in time');
      } else if (!isReadingHead && waitedMs >= KEEP_ALIVE_MS) socket.destroy();
    }
  };
  const closeIdle = (): void => {
    for (const { order, socket } of connections.values()) if (order.idle) socket.destroy();
  };
  const stopAccepting = (): void => {
    owner.stopping = true;
    if (server.listening) server.close();
    closeIdle();
  };
  return {
    listen: (host, port) => listenOn(server, host, port, onFault),
    adopt: (socket, context) => {
      // Its descriptor is counted where it was accepted.
      const { order } = hold(socket, context);
      socket.resume();
      return () => order.afterReplies(() => socket.destroySoon());
    },
    connectionCount: () => connections.size,
    stopAccepting,
    close: (graceMs) => {
      stopAccepting();
      return closeWithin(graceMs, connections, closeIdle);
    },
  };
}

function refusal(status: number, problem: string): string {
  return refusalText(status, STATUS_CODES[status] ?? '', `Request refused: ${problem}.\n`);
}

function ignore(): void {
  // told by 'close'
}
