/** One call of the control API, and what it is given: path, query and body, read with an answer in words for what is wrong. */
import type { ByteRange, BytesResult, CommandHandlers } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';

/** A request as the table sees it. */
export interface RestRequest {
  /** Parts of the path matched by `{name}`. */
  path: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON body; undefined when there was none. */
  body: unknown;
}

/** JSON, text of another type, bytes, or bytes that come one after the other (`length` when it is known before). */
export type RestAnswer =
  | { json: unknown }
  | { text: string; type: string }
  | { bytes: Uint8Array; type: string }
  | { stream: AsyncIterable<Uint8Array>; length?: number; type: string };

export interface RestDeps {
  handlers: CommandHandlers;
  sessionId: string;
  startedAtMs: number;
  version: string;
  now: () => number;
  metrics: () => Promise<{ text: string; type: string }>;
}

export interface RestCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** One line for the API description. */
  summary: string;
  /** Query parameters and what they take. */
  query?: Record<string, string>;
  /** True when no token is asked for. */
  open?: true;
  run: (deps: RestDeps, request: RestRequest) => Promise<RestAnswer>;
}

/** A whole number of the query; undefined when it is not given. */
export const number = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw new CommandError('bad-params', `${name} takes a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
};
/** Only what is given: parameters of commands are optional by absence. */
export const given = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
/** True for `order=desc`. */
export const order = (query: URLSearchParams, fallback: boolean): boolean => {
  const text = query.get('order');
  if (text === null) return fallback;
  if (text !== 'asc' && text !== 'desc')
    throw new CommandError('bad-params', `order takes asc or desc, not ${JSON.stringify(text)}`);
  return text === 'desc';
};
/** `offset` and `limit`. */
export const page = (query: URLSearchParams) => ({ offset: number(query, 'offset'), limit: number(query, 'limit') });

/** `offset` and `length` of a body's slice, as far as given. */
const byteRange = (query: URLSearchParams) => {
  const offset = number(query, 'offset');
  const length = number(query, 'length');
  return { ...(offset !== undefined && { offset }), ...(length !== undefined && { length }) };
};

/** True for `decode=true`. */
const decodes = (query: URLSearchParams): boolean => {
  const text = query.get('decode') ?? 'false';
  if (text !== 'true' && text !== 'false')
    throw new CommandError('bad-params', `decode takes true or false, not ${JSON.stringify(text.slice(0, 80))}`);
  return text === 'true';
};

/** What the calls for bodies take. */
export const BODY_QUERY = {
  offset: 'first byte',
  length: 'how many',
  decode: 'true: without its Content-Encoding, as far as it can be undone',
};

/** A slice where one is asked for; else all of it, read slice by slice as the client takes it. */
export async function bodyAnswer(
  query: URLSearchParams,
  type: string,
  read: (range: ByteRange) => Promise<BytesResult> | BytesResult,
): Promise<RestAnswer> {
  const range = byteRange(query);
  const decode = decodes(query);
  if (range.offset !== undefined || range.length !== undefined)
    return { bytes: (await read({ ...range, decode })).bytes, type };
  // Before the head is sent: what cannot be read is answered as an error.
  const first = await read({ decode });
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    let { bytes } = first;
    for (let offset = 0; bytes.length > 0;) {
      offset += bytes.length;
      yield bytes;
      ({ bytes } = await read({ offset, decode }));
    }
  };
  const state = first.meta.decoded?.state ?? 'plain';
  return { stream: rest(), type, ...(state !== 'decoded' && { length: first.meta.total }) };
}

/** The body as a JSON object, or a refusal. */
export const jsonObject = (value: unknown): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandError('bad-params', 'the body must be a JSON object');
  return value as Record<string, unknown>;
};
