/**
 * Our reader of request heads beside node's (llhttp, strict, with the checks of the front on node:http): the same bytes
 * into both, without sockets. Every way in which they part is a class of its own; none may be ours taking what node's does not.
 */
import { METHODS } from 'node:http';
import { checkHead } from '../../http1-checks.ts';
import { CHUNKED } from '../field-block.ts';
import { HeadParser } from '../head-parser.ts';
import { makeHead, type Random } from './head-inputs.ts';

/** What a reader made of a head. */
interface Read {
  method: string;
  target: string;
  httpVersion: string;
  fields: readonly string[];
  chunked: boolean;
  contentLength: string;
  upgrade: boolean;
  keepsConnection: boolean;
}

type Verdict = { kind: 'head'; read: Read } | { kind: 'more' } | { kind: 'refused'; why: string };

type Callback = (...given: never[]) => number | undefined;
interface NodeParser {
  initialize(type: number, resource: object, maxHeadBytes: number, lenient: number): void;
  execute(bytes: Buffer): unknown;
  finish(): unknown;
  [callback: number]: Callback;
}
interface ParserClass {
  new (): NodeParser;
  REQUEST: number;
  RESPONSE: number;
  kOnHeaders: number;
  kOnHeadersComplete: number;
  kOnBody: number;
  kOnMessageComplete: number;
}

const isParserClass = (value: unknown): value is ParserClass =>
  typeof value === 'function' && 'kOnHeadersComplete' in value && 'REQUEST' in value;

/** The parser inside of node:http, which has no public name. */
export function nodeParserClass(): ParserClass {
  const common: object | undefined = process.getBuiltinModule('_http_common');
  const Parser: unknown = common === undefined ? undefined : Reflect.get(common, 'HTTPParser');
  if (!isParserClass(Parser)) throw new Error('this node has no parser to compare with');
  return Parser;
}

/** Reads heads as the front on node:http does. */
class NodeReader {
  readonly #Parser = nodeParserClass();
  readonly #parser = new this.#Parser();
  /** It gives methods as numbers. */
  readonly #methods = new Map<string, string>();
  #read: Read | undefined;
  #fields: string[] = [];
  #target = '';

  constructor() {
    const Parser = this.#Parser;
    this.#parser[Parser.kOnHeaders] = (fields: string[], target: string) => {
      this.#fields.push(...fields);
      this.#target += target;
      return 0;
    };
    this.#parser[Parser.kOnHeadersComplete] = (
      major: number,
      minor: number,
      fields: string[] | undefined,
      method: number,
      target: string | undefined,
      _status: number,
      _phrase: string,
      upgrade: boolean,
      keepsConnection: boolean,
    ) => {
      this.#fields.push(...(fields ?? []));
      this.#target += target ?? '';
      this.#read = {
        method: this.#methods.get(String(method)) ?? String(method),
        target: this.#target,
        httpVersion: `${major}.${minor}`,
        fields: this.#fields,
        ...lengthOf(this.#fields),
        upgrade,
        keepsConnection,
      };
      return 2; // what follows is not looked at
    };
    this.#parser[Parser.kOnBody] = () => 0;
    this.#parser[Parser.kOnMessageComplete] = () => 0;
    for (const method of METHODS) {
      const verdict = this.read(
        Buffer.from(`${method} ${method === 'CONNECT' ? 'a:1' : '/'} HTTP/1.1\r\nHost: a\r\n\r\n`),
      );
      if (verdict.kind === 'head') this.#methods.set(verdict.read.method, method);
    }
  }

  read(bytes: Buffer): Verdict {
    this.#read = undefined;
    this.#fields = [];
    this.#target = '';
    this.#parser.initialize(this.#Parser.REQUEST, {}, 128 * 1024, 0);
    const result = this.#parser.execute(bytes);
    const read: Read | undefined = this.#read;
    if (read === undefined)
      return result instanceof Error ? { kind: 'refused', why: String(Reflect.get(result, 'code')) } : { kind: 'more' };
    const refusal = checkHead(read) ?? expectationOf(read);
    return refusal === undefined ? { kind: 'head', read } : { kind: 'refused', why: refusal.problem };
  }
}

function expectationOf({ httpVersion, fields }: Read): { problem: string } | undefined {
  const values = fields.filter((_, i) => i % 2 === 1 && fields[i - 1]!.toLowerCase() === 'expect');
  return values.length === 0 || httpVersion !== '1.1' || /(?:^|\W)100-continue(?:$|\W)/i.test(values[0]!)
    ? undefined
    : { problem: 'expectation' };
}

function lengthOf(fields: readonly string[]): { chunked: boolean; contentLength: string } {
  let contentLength = '0';
  let chunked = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    if (name === 'content-length') contentLength = String(Number(fields[i + 1]));
    else if (name === 'transfer-encoding') chunked = true;
  }
  return { chunked, contentLength };
}

/** Reads with ours; `pieces` cuts the bytes there. */
function readOurs(parser: HeadParser, bytes: Buffer, cut = bytes.length): Verdict {
  let found = parser.read(bytes.subarray(0, cut), 0);
  if (found === 'more' && cut < bytes.length) found = parser.read(bytes, 0);
  if (found === 'refused') return { kind: 'refused', why: parser.refusal!.problem };
  if (found === 'more') return { kind: 'more' };
  const { method, target, httpVersion, block } = parser;
  return {
    kind: 'head',
    read: {
      method,
      target,
      httpVersion,
      fields: block.head.fields,
      chunked: block.contentLength === CHUNKED,
      contentLength: String(Math.max(0, block.contentLength)),
      upgrade: method === 'CONNECT' || block.upgrades,
      keepsConnection: !block.closes,
    },
  };
}

/** How many inputs went each way; an example of each. */
export class Comparison {
  inputs = 0;
  bothTake = 0;
  bothRefuse = 0;
  /** Ours wants more bytes where node's wants more, too. */
  bothWait = 0;
  /** By what ours says: node's takes these. */
  readonly stricter = new Map<string, { count: number; example: string }>();
  /** Ours takes what node's does not, or reads something else in it. */
  readonly faults: { what: string; example: string }[] = [];

  addFault(what: string, bytes: Buffer): void {
    if (this.faults.length < 100) this.faults.push({ what, example: JSON.stringify(bytes.toString('latin1')) });
  }

  addStricter(why: string, bytes: Buffer): void {
    const known = this.stricter.get(why);
    if (known === undefined) this.stricter.set(why, { count: 1, example: JSON.stringify(bytes.toString('latin1')) });
    else known.count++;
  }
}

const END = Buffer.from('\r\n\r\n');

/** A difference that is no fault: `close` beside `keep-alive` in HTTP/1.0, where node keeps (RFC 9112 §9.3 lets close win). */
const CLOSES = 'ours closes behind it where node keeps the connection';

/** Compares `count` heads. */
export function compareHeads(count: number, random: Random): Comparison {
  const node = new NodeReader();
  let parser = new HeadParser();
  const out = new Comparison();
  for (let n = 0; n < count; n++) {
    let bytes = makeHead(random);
    let ours = readOurs(parser, bytes);
    if (ours.kind === 'more') {
      // One that waits is asked again with an end.
      parser = new HeadParser();
      out.bothWait++;
      bytes = Buffer.concat([bytes, END]);
      ours = readOurs(parser, bytes);
    }
    out.inputs++;
    if (ours.kind === 'more') parser = new HeadParser();
    if (random(8) === 0) {
      const apart = readOurs(new HeadParser(), bytes, random(bytes.length + 1));
      if (!isSame(apart, ours)) out.addFault('in pieces, or without a head before, it is read in another way', bytes);
    }
    // No more than the head: what follows is another matter.
    const theirs = node.read(ours.kind === 'head' ? bytes.subarray(0, parser.next) : bytes);
    if (ours.kind === 'refused') {
      if (theirs.kind !== 'head') out.bothRefuse++;
      else out.addStricter(ours.why, bytes);
    } else if (ours.kind === 'head') {
      if (theirs.kind !== 'head')
        out.addFault(`taken by ours alone; node: ${theirs.kind === 'refused' ? theirs.why : 'waits'}`, bytes);
      else {
        out.bothTake++;
        const difference = differenceOf(ours.read, theirs.read);
        if (difference === CLOSES) out.addStricter(CLOSES, bytes);
        else if (difference !== undefined) out.addFault(difference, bytes);
        if (random(8) === 0 && node.read(bytes.subarray(0, parser.next - 1)).kind === 'head')
          out.addFault('node sees its end earlier', bytes);
      }
    } else if (theirs.kind === 'head') out.addFault('ours waits where node has a head', bytes);
  }
  return out;
}

/** The sentence of a refusal may depend on what was there when it was made. */
function isSame(a: Verdict, b: Verdict): boolean {
  return a.kind === b.kind && (a.kind !== 'head' || b.kind !== 'head' || differenceOf(a.read, b.read) === undefined);
}

function differenceOf(a: Read, b: Read): string | undefined {
  if (a.method !== b.method) return 'method';
  if (a.target !== b.target) return 'target';
  if (a.httpVersion !== b.httpVersion) return 'version';
  if (a.fields.length !== b.fields.length || a.fields.some((text, i) => text !== b.fields[i])) return 'fields';
  if (a.chunked !== b.chunked || a.contentLength !== b.contentLength) return 'framing';
  if (a.upgrade !== b.upgrade) return 'upgrade';
  return a.keepsConnection === b.keepsConnection ? undefined : a.keepsConnection ? 'ours keeps the connection' : CLOSES;
}
