/**
 * One client connection: reads requests out of its bytes, in order, and hands content on as it is wanted. What is not
 * wanted yet is not read. Whose turn it is, and what ends the connection, is told by `http1-connection.ts`.
 */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ClientPeer } from '../../../contract/observer.ts';
import type { Head } from '../../../http/head.ts';
import type { ClientRequest, ClientTakeover, ConnectionContext, FrontHandlers } from '../front.ts';
import type { Refusal } from '../http1-checks.ts';
import { ClientConnection, type ConnectionEvents } from '../http1-connection.ts';
import { isUpgradeTaken, SAFE } from '../http1-request.ts';
import { owned, readAsStream, readShared } from '../../wire/shared-read.ts';
import { Content } from './content.ts';
import type { RecognisedBlocks } from './field-block.ts';
import { HeadParser } from './head-parser.ts';
import { Output } from './output.ts';
import { WireReply } from './reply.ts';

/** What a connection needs of its front. */
export interface ConnectionOwner extends ConnectionEvents {
  readonly handlers: FrontHandlers;
  readonly blocks: RecognisedBlocks;
  /** Counts up with time; moved by the front. */
  readonly tick: number;
  /** The front takes no more connections: replies end theirs. */
  readonly stopping: boolean;
  /** Answers with a refusal, in its turn, and ends. */
  refuse(connection: WireConnection, refusal: Refusal): void;
  refuseContent(connection: WireConnection, problem: string, ended: boolean): void;
}

class WireRequest implements ClientRequest {
  readonly method: string;
  readonly target: string;
  readonly connection: ConnectionContext | undefined;
  readonly httpVersion: string;
  readonly head: Head;
  readonly clientAddress: string;
  readonly peer: ClientPeer | undefined;
  readonly hasBody: boolean;
  readonly reply: WireReply;
  readonly #content: Content | undefined;

  constructor(connection: WireConnection, content: Content | undefined) {
    const { parser, order } = connection;
    this.method = parser.method;
    this.target = parser.target;
    this.connection = order.context;
    this.httpVersion = parser.httpVersion;
    this.head = parser.block.head;
    this.clientAddress = order.client;
    this.peer = order.peer;
    this.hasBody = content !== undefined;
    this.#content = content;
    this.reply = new WireReply(connection, content, content === undefined && SAFE.has(parser.method));
  }

  openBody(): Readable {
    if (this.#content === undefined) throw new Error('the request has no content');
    this.reply.sendContinue();
    return this.#content.open();
  }
}

export class WireConnection {
  readonly socket: Socket;
  readonly order: ClientConnection;
  readonly output: Output;
  readonly parser: HeadParser;
  /** The tick of the front when it began to wait for a request, or for the rest of one. */
  waitsSince: number;
  readonly #owner: ConnectionOwner;
  #content: Content | undefined;
  /** Bytes that were read and not used: the begin of a head, or what follows content that is not wanted yet. */
  #rest: Buffer | undefined;
  /** The buffer under `#rest`, when it has room for more of a head. */
  #room: Buffer | undefined;
  /** What follows is for nobody (RFC 9112 §9.6). */
  #last = false;
  /** The request whose content is being read asked for that. */
  #closes = false;
  #consuming = false;
  /** A reply that ended while requests are being read. */
  #ended: WireReply | undefined;
  #unsent: WireReply | undefined;

  constructor(socket: Socket, owner: ConnectionOwner, context: ConnectionContext | undefined) {
    this.socket = socket;
    this.#owner = owner;
    this.output = new Output(socket);
    this.parser = new HeadParser(owner.blocks);
    this.waitsSince = owner.tick;
    this.order = new ClientConnection(socket, owner, context);
    if (!readShared(socket, this.#onData)) socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('drain', this.#onDrained);
    socket.on('close', () => {
      this.#content?.cutOff();
      this.#rest = undefined;
    });
  }

  get closing(): boolean {
    return this.#owner.stopping;
  }

  /** True while a head is being read: what came of it waits for the rest. */
  get isReadingHead(): boolean {
    return this.#content === undefined && (this.parser.begun || this.order.lastHead === undefined);
  }

  readPatienceMs(): number {
    return this.#owner.handlers.readPatienceMs();
  }

  readonly #onData = (chunk: Buffer): void => {
    const rest = this.#rest;
    if (rest === undefined) this.#consume(chunk);
    else {
      this.#rest = undefined;
      this.#consume(this.#append(rest, chunk));
    }
  };

  readonly #onDrained = (): void => this.order.first?.drained();

  /** The client sends nothing more: like node's, this front takes that for its leaving. */
  readonly #onEnd = (): void => {
    const { order, socket } = this;
    if (order.last === undefined) {
      if (this.#content !== undefined) {
        this.#content.cutOff();
        this.#owner.refuseContent(this, 'the connection ended within the content of a request', true);
        return;
      }
      if (this.parser.begun) {
        this.#owner.refuseContent(this, 'the connection ended within the head of a request', true);
        return;
      }
    }
    socket.end();
  };

  /** Grows by doubling, so that a head in many pieces is copied few times. */
  #append(rest: Buffer, chunk: Buffer): Buffer {
    const used = rest.length + chunk.length;
    let room = this.#room;
    if (room === undefined || room.length < used) {
      room = Buffer.allocUnsafeSlow(Math.max(1024, 2 * used));
      room.set(rest);
      this.#room = room;
    }
    room.set(chunk, rest.length);
    return room.subarray(0, used);
  }

  /** Keeps what cannot be used yet; `growing` when more of the same is to come. */
  #keep(bytes: Buffer, at: number, growing: boolean): void {
    const rest = at === 0 ? bytes : bytes.subarray(at);
    this.#rest = owned(rest);
    if (at !== 0 || !growing) this.#room = undefined;
    if (!growing) this.socket.pause();
  }

  #consume(bytes: Buffer): void {
    this.#consuming = true;
    try {
      this.#read(bytes);
    } finally {
      this.#consuming = false;
    }
    this.#finishEnded();
    const unsent = this.#unsent;
    if (unsent !== undefined) {
      this.#unsent = undefined;
      unsent.flushHead();
    }
  }

  #read(bytes: Buffer): void {
    const { parser, order } = this;
    let at = 0;
    while (at < bytes.length) {
      if (this.#last || order.last !== undefined) return;
      const content = this.#content;
      if (content !== undefined) {
        if (!content.wanted) {
          this.#keep(bytes, at, false);
          return;
        }
        at = this.#readContent(content, bytes, at);
        continue;
      }
      if (at === 0 && !parser.begun) this.waitsSince = this.#owner.tick;
      const found = parser.read(bytes, at);
      if (found === 'more') {
        this.#keep(bytes, at, true);
        return;
      }
      if (found === 'refused') {
        this.#owner.refuse(this, parser.refusal!);
        return;
      }
      at = parser.next;
      this.#room = undefined;
      this.#begin(bytes, at);
    }
  }

  #readContent(content: Content, bytes: Buffer, at: number): number {
    const next = content.take(bytes, at);
    if (content.complete) {
      this.#content = undefined;
      this.#last ||= this.#closes;
      this.waitsSince = this.#owner.tick;
    } else if (content.problem !== undefined) {
      content.cutOff();
      this.#owner.refuseContent(this, content.problem, false);
    } else if (content.tooMuch) {
      this.order.afterReplies(() => this.order.hangUp(''));
    }
    return next;
  }

  /** A head is there: hands the request on, or the connection. */
  #begin(bytes: Buffer, at: number): void {
    const { order, parser } = this;
    const { block } = parser;
    const { handlers } = this.#owner;
    order.lastHead = block.head;
    if (parser.method === 'CONNECT') {
      this.#takeOver(bytes, at, (given) => handlers.onConnect(given));
      return;
    }
    if (
      block.upgrades &&
      parser.httpVersion === '1.1' &&
      block.contentLength === 0 &&
      isUpgradeTaken(block.head.fields)
    ) {
      this.#takeOver(bytes, at, (given) => handlers.onUpgrade(given));
      return;
    }
    const content = block.contentLength === 0 ? undefined : new Content(block.contentLength, this);
    this.#content = content;
    this.#closes = block.closes;
    this.#last = block.closes && content === undefined;
    order.take(new WireRequest(this, content), handlers.onRequest);
    this.#finishEnded();
  }

  #finishEnded(): void {
    const ended = this.#ended;
    if (ended === undefined) return;
    this.#ended = undefined;
    ended.finish(true);
  }

  /** CONNECT and Upgrade: nothing is read behind their head. */
  #takeOver(bytes: Buffer, at: number, hand: (given: ClientTakeover) => void): void {
    const { socket, order, parser } = this;
    const { method, target, httpVersion, block } = parser;
    const head = owned(bytes.subarray(at));
    socket.pause();
    order.takeOver(() => {
      socket.off('data', this.#onData);
      readAsStream(socket);
      socket.off('end', this.#onEnd);
      socket.off('drain', this.#onDrained);
      // As if nobody had listened yet: the next who does begins the flow.
      Reflect.set(socket, 'readableFlowing', null);
      hand({
        method,
        target,
        httpVersion,
        fields: block.head.fields,
        connection: order.context,
        clientAddress: order.client,
        peer: order.peer,
        socket,
        head,
      });
    });
  }

  /** Takes up reading, now that somebody wants the content or nobody ever will. */
  onContentWanted(): void {
    if (this.#consuming) return;
    const rest = this.#rest;
    if (rest !== undefined && !this.parser.begun) {
      this.#rest = undefined;
      this.#consume(rest);
      if (this.#rest !== undefined && !this.parser.begun) return;
    }
    this.readOn();
  }

  readOn(): void {
    if (!this.order.isTakenOver) this.socket.resume();
  }

  /** A head was made and nothing of it is sent yet: content usually follows at once, and goes out with it. */
  onHeadUnsent(reply: WireReply): void {
    if (this.#consuming && this.#unsent === undefined) this.#unsent = reply;
    else process.nextTick(flushHead, reply);
  }

  /** Its listener is called when whoever ended it has returned. */
  finishSoon(reply: WireReply): void {
    if (this.#consuming && this.#ended === undefined) this.#ended = reply;
    else process.nextTick(finish, reply);
  }

  /** The connection ends with this reply. */
  endWith(reply: WireReply): void {
    this.#last = true;
    this.order.endWith(reply, () => {
      if (reply.contentComplete) this.socket.destroySoon();
      else this.order.hangUp('');
    });
  }
}

function flushHead(reply: WireReply): void {
  reply.flushHead();
}

function finish(reply: WireReply): void {
  reply.finish(true);
}
