/**
 * The HTTP/2 front on node:http2: sessions on connections whose TLS ended here, their limits, and requests as the driver
 * sees them. Errors of the protocol end a stream or a session, never more.
 */
import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { ClientPeer } from '../../contract/observer.ts';
import { poolHead } from '../../http/field-pool.ts';
import type { Head } from '../../http/head.ts';
import type { AdoptingFront, ClientRequest, ConnectionContext, FrontHandlers } from './front.ts';
import { readHttp2Head } from './http2-fields.ts';
import { Http2Reply, type Http2ReplyOwner } from './http2-reply.ts';

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM } = constants;

/** A session without streams is kept this long, ms. */
const KEEP_ALIVE_MS = 75_000;
/** How long a session without streams has at its end for GOAWAY, ms. */
const LAST_WORDS_MS = 500;
/** RFC 9113 §6.5.2 wants at least 100. */
const MAX_STREAMS = 128;
/** What a client may send of one request while nobody reads, bytes; of all of its requests at most {@link MAX_STREAMS} times that. */
const STREAM_WINDOW = 256 * 1024;
const CONNECTION_WINDOW = 4 * 1024 * 1024;

const OPTIONS = {
  settings: {
    enablePush: false,
    maxConcurrentStreams: MAX_STREAMS,
    initialWindowSize: STREAM_WINDOW,
    // As in HTTP/1, see `MAX_HEAD_BYTES` there.
    maxHeaderListSize: 128 * 1024,
  },
  // With the pseudo-header fields; more than is taken, so that the answer can say so.
  maxHeaderListPairs: 1100,
  /** Of a reply's head. */
  maxSendHeaderBlockLength: 256 * 1024,
  /** MB. */
  maxSessionMemory: 64,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  maxOutstandingPings: 10,
  // Answers of origins may say twice what should stand once; they are passed on as they are.
  strictSingleValueFields: false,
  // A client that opens streams and takes them back at once: so many at first, then so many a second.
  streamResetBurst: 1000,
  streamResetRate: 50,
};

/** Creates the front. */
export function createHttp2Front(handlers: FrontHandlers): AdoptingFront<TLSSocket> {
  const sessions = new Set<ServerHttp2Session>();
  let isStopping = false;
  const onFault = (where: string, error: unknown): void => {
    try {
      handlers.onFault(where, error);
    } catch {
      // nothing left to report to
    }
  };
  const ownerOn = (socket: TLSSocket): Http2ReplyOwner => ({
    bytesSent: () => socket.bytesWritten,
    readPatienceMs: () => handlers.readPatienceMs(),
    onReplyFault: (reply, where, error) => {
      onFault(where, error);
      failed(reply);
    },
  });
  const refuse = (reply: Http2Reply, context: ConnectionContext, status: number, problem: string): void => {
    plain(reply, status, `Request refused: ${problem}.\n`);
    try {
      handlers.onMalformed(context.client, problem);
    } catch (error) {
      onFault('refusal', error);
    }
  };

  const adopt = (socket: TLSSocket, context: ConnectionContext): (() => void) => {
    // node:http2 waits for an event that no server side emits while this says that the handshake goes on.
    Reflect.set(socket, 'secureConnecting', false);
    const session = performServerHandshake(socket, OPTIONS);
    const owner = ownerOn(socket);
    let lastHead: Head | undefined;
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    // A client that breaks the protocol; node has answered with GOAWAY and closes.
    session.on('error', (error: Error) => {
      try {
        handlers.onMalformed(context.client, error.message);
      } catch (fault) {
        onFault('refusal', fault);
      }
    });
    // Connections may be half open here, and node:http2 leaves the end of such a one to whoever has it. A client of HTTP/2
    // that sends nothing more cannot even take an answer: it would have to open windows for it.
    socket.once('end', () => session.destroy(undefined, NGHTTP2_CANCEL));
    let streams = 0;
    let letsGo: NodeJS.Timeout | undefined;
    const retire = (): void => {
      if (letsGo !== undefined) return;
      if (!session.closed) session.close();
      // node:http2 waits without end for a client that has not even begun to speak, or does not close in turn.
      letsGo = setInterval(() => {
        if (streams === 0) socket.destroy();
      }, LAST_WORDS_MS).unref();
      session.once('close', () => clearInterval(letsGo));
    };
    session.setTimeout(KEEP_ALIVE_MS, () => {
      if (streams === 0) retire();
    });
    session.setLocalWindowSize(CONNECTION_WINDOW);
    session.on('stream', (stream: ServerHttp2Stream, _headers, flags: number, raw: string[]) => {
      streams++;
      stream.on('error', ignore); // told by 'close'
      stream.once('close', () => streams--);
      const reply = new Http2Reply(stream, owner);
      try {
        const read = readHttp2Head(raw);
        if (!read.ok) {
          refuse(reply, context, read.status, read.problem);
          return;
        }
        if (read.method === 'CONNECT') {
          refuse(reply, context, 400, 'CONNECT goes to a proxy, this connection is for one origin');
          return;
        }
        if (read.scheme !== context.scheme) {
          refuse(reply, context, 400, `the scheme of the request is not that of the connection, ${context.scheme}`);
          return;
        }
        const head = (lastHead = poolHead(read.fields, lastHead));
        handlers.onRequest(new Http2Request(stream, reply, read.method, read.target, head, flags, context));
      } catch (error) {
        onFault('request', error);
        failed(reply);
      }
    });
    if (isStopping) session.close();
    return retire;
  };

  return {
    adopt,
    connectionCount: () => sessions.size,
    stopAccepting: () => {
      isStopping = true;
      for (const session of sessions) session.close();
    },
    close: async (graceMs) => {
      isStopping = true;
      const closed = [...sessions].map(
        (session) => new Promise<void>((resolve) => session.once('close', () => resolve())),
      );
      for (const session of sessions) session.close();
      await Promise.race([Promise.all(closed), new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())]);
      for (const session of sessions) session.destroy(undefined, NGHTTP2_CANCEL);
    },
  };
}

class Http2Request implements ClientRequest {
  readonly method: string;
  readonly target: string;
  readonly connection: ConnectionContext;
  readonly httpVersion = '2';
  readonly head: Head;
  readonly clientAddress: string;
  readonly peer: ClientPeer | undefined;
  readonly hasBody: boolean;
  readonly reply: Http2Reply;
  readonly #stream: ServerHttp2Stream;

  constructor(
    stream: ServerHttp2Stream,
    reply: Http2Reply,
    method: string,
    target: string,
    head: Head,
    flags: number,
    context: ConnectionContext,
  ) {
    this.#stream = stream;
    this.reply = reply;
    this.method = method;
    this.target = target;
    this.head = head;
    this.connection = context;
    this.clientAddress = context.client;
    this.peer = context.peer;
    const isOver = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
    this.hasBody = !isOver && head.get('content-length') !== '0';
    if (!this.hasBody) stream.resume(); // or its end would not be seen
  }

  openBody(): Readable {
    const stream = this.#stream;
    if (this.head.get('expect')?.toLowerCase() === '100-continue' && !stream.headersSent && !stream.destroyed)
      stream.additionalHeaders({ ':status': 100 });
    return stream;
  }
}

function plain(reply: Http2Reply, status: number, text: string): void {
  const body = Buffer.from(text);
  reply.start(status, '', [
    'content-type',
    'text/plain; charset=utf-8',
    'content-length',
    String(body.length),
    'cache-control',
    'no-store',
  ]);
  reply.end(body);
}

/** Somebody behind the front threw: 500 while nothing was sent, else a broken reply. */
function failed(reply: Http2Reply): void {
  try {
    if (reply.started) reply.destroy();
    else plain(reply, 500, 'Something went wrong inside the proxy.\n');
  } catch {
    reply.destroy();
  }
}

function ignore(): void {
  // told by 'close'
}
