/**
 * HAR 1.2 as it is written here (http://www.softwareishard.com/blog/har-12-spec/). What HAR has no place for stands in `_bsdm`;
 * `_webSocketMessages` is what browsers call the messages of a WebSocket.
 */
import type { ClientProgram } from '../../contract/exchange.ts';
import type { MessageRow } from '../../contract/messages.ts';
import type { ExchangeStart } from '../../contract/observer.ts';
import type { ExchangeRecord } from '../record.ts';

export interface HarPair {
  name: string;
  value: string;
}

interface HarCacheState {
  expires?: string;
  lastAccess: string;
  eTag: string;
  hitCount: number;
  comment?: string;
}

interface HarRequest {
  method: string;
  url: string;
  httpVersion: string;
  cookies: HarPair[];
  headers: HarPair[];
  queryString: HarPair[];
  postData?: { mimeType: string; text: string; params: HarPair[]; comment?: string };
  headersSize: number;
  bodySize: number;
}

interface HarResponse {
  /** 0 when there was none. */
  status: number;
  statusText: string;
  httpVersion: string;
  cookies: HarPair[];
  headers: HarPair[];
  content: {
    /** Of the content without its codings, bytes. */
    size: number;
    compression?: number;
    mimeType: string;
    text?: string;
    encoding?: 'base64';
    comment?: string;
  };
  redirectURL: string;
  headersSize: number;
  bodySize: number;
}

/** As browsers write them. */
export interface HarMessage {
  type: 'send' | 'receive';
  /** Unix time, seconds. */
  time: number;
  opcode: number;
  /** Text; base64 where the opcode, or `_base64`, says so. */
  data: string;
  _base64?: true;
}

/** The record of an exchange without what stands elsewhere in its entry, and what the bytes were where HAR cannot hold them. */
export interface OwnPart {
  version: 1;
  session: string;
  start: Omit<ExchangeStart, 'fields' | 'method' | 'url' | 'peer' | 'secret'> & { program?: ClientProgram };
  record: Omit<ExchangeRecord, 'start' | 'responseFields' | 'status' | 'statusText'>;
  /** What was kept, as sent, base64. Absent where `postData` or `content` hold the same bytes. */
  requestBody?: string;
  responseBody?: string;
  /** Secrets are blanked: bodies are without their codings. */
  blanked?: true;
  /** Kept once, and let go to make room. */
  dropped?: ('request' | 'response')[];
  messages?: {
    seen: number;
    dropped: number;
    problems: { up?: string; down?: string };
    /** In the order of `_webSocketMessages`. */
    rows: Pick<MessageRow, 'n' | 'wireBytes' | 'bytes' | 'frames' | 'compressed' | 'note' | 'close'>[];
  };
}

export interface HarEntry {
  startedDateTime: string;
  /** ms */
  time: number;
  request: HarRequest;
  response: HarResponse;
  cache: { beforeRequest?: HarCacheState | null; afterRequest?: HarCacheState | null; comment?: string };
  /** ms; -1 where it did not happen. `connect` holds `ssl`. */
  timings: {
    blocked: number;
    dns: number;
    connect: number;
    ssl: number;
    send: number;
    wait: number;
    receive: number;
  };
  serverIPAddress?: string;
  connection?: string;
  comment?: string;
  _webSocketMessages?: HarMessage[];
  _bsdm: OwnPart;
}
