/**
 * Our reader of replies beside node's (llhttp, strict, which undici has too): the same bytes into both, ours over a socket
 * that is none, whole and in pieces. Every way in which they part is a class of its own; none may be ours taking what node's
 * does not, or finding another end.
 */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Comparison, nodeParserClass } from '../../../front/wire/testkit/compare-heads.ts';
import type { Random } from '../../../front/wire/testkit/head-inputs.ts';
import { WireConnection, type WireHandler } from '../wire-connection.ts';
import { makeReply } from './reply-inputs.ts';

/** What a reader made of a reply. */
interface Read {
  interim: number;
  status: number;
  fields: readonly string[];
  content: string;
  /** `open`: it wants more; `end`: the end of the connection would be its end. */
  end: 'complete' | 'open' | 'end';
  trailers: readonly string[];
  keeps: boolean;
}
type Verdict = { kind: 'head'; read: Read } | { kind: 'more' } | { kind: 'refused'; why: string };

const Parser = nodeParserClass();
/** One for all: node frees those that are gone between turns only, and a comparison is one turn. */
const parser = new Parser();

/** Reads as a client on node's parser does. */
function readNode(bytes: Buffer, isHead: boolean): Verdict {
  let interim = 0;
  let read: Read | undefined;
  let fields: string[] = [];
  let isOver = false;
  parser.initialize(Parser.RESPONSE, {}, 128 * 1024, 0);
  parser[Parser.kOnHeaders] = (more: string[]) => {
    fields.push(...more);
    return 0;
  };
  parser[Parser.kOnHeadersComplete] = (
    _major: number,
    _minor: number,
    lines: string[] | undefined,
    _method: number,
    _target: string | undefined,
    status: number,
    _phrase: string,
    upgrade: boolean,
    keeps: boolean,
  ) => {
    if (isOver || read !== undefined) return 0;
    fields.push(...(lines ?? []));
    if (upgrade || status === 101) {
      read = { interim, status: 101, fields, content: '', end: 'open', trailers: [], keeps: false };
      return 2;
    }
    if (status >= 200) read = { interim, status, fields, content: '', end: 'open', trailers: [], keeps };
    else interim++;
    fields = [];
    return isHead && status >= 200 ? 1 : 0;
  };
  parser[Parser.kOnBody] = (part: Buffer) => {
    if (read !== undefined && !isOver) read.content += part.toString('latin1');
    return 0;
  };
  parser[Parser.kOnMessageComplete] = () => {
    if (read !== undefined && !isOver) {
      isOver = true;
      read.end = 'complete';
      read.trailers = [...fields];
    }
    return 0;
  };
  const result = parser.execute(bytes);
  const found: Read | undefined = read;
  if (found === undefined)
    return result instanceof Error ? { kind: 'refused', why: String(Reflect.get(result, 'code')) } : { kind: 'more' };
  if (!isOver && result instanceof Error) return { kind: 'refused', why: String(Reflect.get(result, 'code')) };
  if (!isOver && !(parser.finish() instanceof Error)) found.end = 'end';
  return { kind: 'head', read: found };
}

/** A socket that is none. */
class NoSocket extends EventEmitter {
  destroyed = false;
  pause(): void {}
  resume(): void {}
  write(): boolean {
    return true;
  }
  destroy(): void {
    this.destroyed = true;
  }
}

function readOurs(bytes: Buffer, isHead: boolean, cuts: readonly number[]): Verdict {
  const socket = new NoSocket();
  let interim = 0;
  let read: Read | undefined;
  let refused: string | undefined;
  let isKept = false;
  const handler: WireHandler = {
    onSent: () => undefined,
    onReplyHead(status, _text, fields) {
      if (status < 100) refused = 'its status is below 100';
      if (status < 100 || status >= 200)
        read = { interim, status, fields, content: '', end: 'open', trailers: [], keeps: false };
      else interim++;
    },
    onContent: (chunk) => void (read!.content += Buffer.from(chunk).toString('latin1')),
    onContentEnd(trailers) {
      read!.end = 'complete';
      read!.trailers = trailers;
    },
    onBroken: (error) => (refused = error.message),
  };
  if (!isSocket(socket)) throw new Error('unreachable');
  const connection = new WireConnection(
    socket,
    { address: '', reused: false },
    { tick: 0, onIdle: () => (isKept = true), onClosed: () => undefined },
  );
  connection.send(handler, '', isHead);
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    if (cut > from) socket.emit('data', bytes.subarray(from, cut));
    from = Math.max(from, cut);
  }
  const found: Read | undefined = read;
  if (refused !== undefined) return { kind: 'refused', why: refused };
  if (found === undefined) return { kind: 'more' };
  if (found.end === 'open') {
    socket.emit('end');
    const afterEnd: string | undefined = refused;
    found.end = afterEnd === undefined ? 'end' : 'open';
  }
  found.keeps = isKept;
  return { kind: 'head', read: found };
}

const isSocket = (socket: unknown): socket is Socket => socket instanceof NoSocket;

/** Compares `count` replies. */
export function compareReplies(count: number, random: Random): Comparison {
  const out = new Comparison();
  for (; out.inputs < count; out.inputs++) {
    const bytes = makeReply(random);
    const isHead = random(8) === 0;
    const ours = readOurs(bytes, isHead, []);
    if (random(4) === 0) {
      const cuts = [random(bytes.length + 1), random(bytes.length + 1)].sort((a, b) => a - b);
      const apart = readOurs(bytes, isHead, cuts);
      if (!isSame(ours, apart)) out.addFault(`in pieces (${cuts.join()}) it is read in another way`, bytes);
    }
    const theirs = readNode(bytes, isHead);
    if (ours.kind === 'refused') {
      if (theirs.kind === 'head' && theirs.read.status !== 101) out.addStricter(ours.why, bytes);
      else if (theirs.kind === 'more') out.addStricter(`${ours.why} (node's waits for more)`, bytes);
      else out.bothRefuse++;
    } else if (ours.kind === 'more') {
      if (theirs.kind === 'head') out.addFault('ours waits where node has a head', bytes);
      else if (theirs.kind === 'refused') out.bothRefuse++;
      else out.bothWait++;
    } else if (theirs.kind !== 'head' && ours.read.end === 'open') out.bothWait++;
    else if (theirs.kind !== 'head')
      out.addFault(`taken by ours alone; node: ${theirs.kind === 'refused' ? theirs.why : 'waits'}`, bytes);
    else {
      const difference = differenceOf(ours.read, theirs.read);
      out.bothTake++;
      if (difference === CLOSES) out.addStricter(CLOSES, bytes);
      else if (difference !== undefined && TAB_BEHIND.test(bytes.toString('latin1'))) out.addStricter(TAB, bytes);
      else if (difference !== undefined) out.addFault(difference, bytes);
    }
  }
  return out;
}

/** RFC 9110 §5.5: blanks around a value are not part of it. */
const TAB = 'node takes a tab behind "chunked" for part of it, and another end';
const TAB_BEHIND = /^transfer-encoding:[^\r\n]*\t\r$/im;

const CLOSES = 'ours does not use the connection again, node would';

/** Behind a refusal nothing counts. */
function isSame(a: Verdict, b: Verdict): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind !== 'head' || b.kind !== 'head') return true;
  const difference = differenceOf(a.read, b.read);
  return difference === undefined;
}

function differenceOf(a: Read, b: Read): string | undefined {
  if (a.interim !== b.interim) return 'interim heads';
  if (a.status !== b.status) return 'status';
  if (a.fields.length !== b.fields.length || a.fields.some((text, i) => text !== b.fields[i])) return 'fields';
  if (a.content !== b.content) return 'content';
  if (a.end !== b.end) return `ours: ${a.end}, node: ${b.end}`;
  if (a.trailers.join('\n') !== b.trailers.join('\n')) return 'trailers';
  if (a.end !== 'complete' || a.keeps === b.keeps) return undefined;
  return a.keeps ? 'ours keeps the connection' : CLOSES;
}
