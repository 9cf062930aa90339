/** Reads a composed request as it came from the page or the API. */
import { isRecord } from '../json/is-record.ts';
import type { FieldLine } from '../exchange.ts';
import { utf8Bytes } from './utf8.ts';
import { Fields, isFieldValue, isToken, oneOf, wholeOf, Wrong, type ReadValue } from '../rules/value-checks.ts';
import {
  CACHE_USES,
  COMPOSE_LIMITS,
  type ComposedBody,
  type ComposedPart,
  type ComposedRequest,
  type SendOptions,
} from './composed.ts';

const KINDS = ['text', 'base64', 'form', 'multipart', 'file'] as const;

/** Throws {@link Wrong} in words. */
export function parseSendOptions(value: unknown): SendOptions {
  const fields = new Fields(value, 'an object');
  const options = {
    request: fields.read('request', parseRequest),
    cache: fields.optional('cache', (key) => fields.read(key, oneOf(CACHE_USES))) ?? 'use',
    times: fields.optional('times', (key) => fields.read(key, wholeOf(1, COMPOSE_LIMITS.times))) ?? 1,
    together: fields.optional('together', (key) => fields.flag(key)) ?? true,
    waitMs:
      fields.optional('waitMs', (key) => fields.read(key, wholeOf(0, COMPOSE_LIMITS.waitMs))) ?? COMPOSE_LIMITS.waitMs,
  };
  fields.done();
  return options;
}

function parseRequest(value: unknown): ComposedRequest {
  const fields = new Fields(value, '"request" as an object');
  const method = fields.optional('method', (key) => fields.text(key, 1, 64)) ?? 'GET';
  if (!isToken(method)) throw new Wrong('"method" is a method, like GET or POST');
  if (method === 'CONNECT') throw new Wrong('"method" cannot be CONNECT: it makes a tunnel and has no answer to show');
  const url = fields.text('url', 1, 65_536);
  if (!/^https?:\/\/[^\s]+$/i.test(url)) throw new Wrong('"url" is an http or https URL without white space');
  const lines = fields.optional('fields', (key) => fields.list(key, COMPOSE_LIMITS.fields)) ?? [];
  const body = fields.optional('body', (key) => fields.read(key, parseBody));
  fields.done();
  return {
    method,
    url,
    fields: lines.map((line, index) => fieldLine(line, `"fields", line ${index + 1}`)),
    ...(body !== undefined && { body }),
  };
}

/** The characters of a field stand for bytes; a text that has others is written in UTF-8. */
function byteText(value: string): string {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 0xff) return utf8Bytes(value);
  return value;
}

/** Name and value of a field that can be sent. */
function fieldLine(line: unknown, where: string): FieldLine {
  const [name, value] = pair(line, where);
  if (!isToken(name)) throw new Wrong(`${where}: ${JSON.stringify(name.slice(0, 80))} is no name of a field`);
  const bytes = byteText(value);
  if (!isFieldValue(bytes)) throw new Wrong(`${where}: the value of ${name} holds control characters`);
  return [name, bytes];
}

function pair(line: unknown, where: string): FieldLine {
  if (!Array.isArray(line) || line.length !== 2) throw new Wrong(`${where} is a pair [name, value]`);
  const [name, value] = line as [unknown, unknown];
  if (typeof name !== 'string' || typeof value !== 'string') throw new Wrong(`${where} is a pair of texts`);
  return [name, value];
}

const base64: ReadValue<string> = (value, key) => {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0)
    throw new Wrong(`"${key}" is Base64 with its padding`);
  if (value.length > COMPOSE_LIMITS.content)
    throw new Wrong(`"${key}" has ${value.length} characters; at most ${COMPOSE_LIMITS.content} are taken`);
  return value;
};
const path: ReadValue<string> = (value, key) => {
  if (typeof value !== 'string' || value === '' || value.includes('\0') || value.length > 4096)
    throw new Wrong(`"${key}" is a path of a file`);
  return value;
};

function parseBody(value: unknown): ComposedBody {
  const fields = new Fields(value, '"body" as an object');
  const kind = fields.read('kind', oneOf(KINDS));
  const body = ((): ComposedBody => {
    switch (kind) {
      case 'text':
        return { kind, text: fields.text('text', 0, COMPOSE_LIMITS.content) };
      case 'base64':
        return { kind, base64: fields.read('base64', base64) };
      case 'form':
        return {
          kind,
          fields: fields
            .list('fields', COMPOSE_LIMITS.parts)
            .map((line, index) => pair(line, `"body", field ${index + 1}`)),
        };
      case 'multipart':
        return { kind, parts: fields.list('parts', COMPOSE_LIMITS.parts).map(parsePart) };
      case 'file':
        return { kind, path: fields.read('path', path) };
    }
  })();
  fields.done();
  return body;
}

function parsePart(value: unknown, index: number): ComposedPart {
  const where = `"body", part ${index + 1}`;
  const fields = new Fields(value, `${where} as an object`);
  const part = {
    name: fields.text('name', 1, 1024),
    text: fields.optional('text', (key) => fields.text(key, 0, COMPOSE_LIMITS.content)),
    base64: fields.optional('base64', (key) => fields.read(key, base64)),
    path: fields.optional('path', (key) => fields.read(key, path)),
    filename: fields.optional('filename', (key) => fields.text(key, 0, 1024)),
    type: fields.optional('type', (key) => fields.text(key, 1, 256)),
  };
  fields.done();
  if ([part.text, part.base64, part.path].filter((content) => content !== undefined).length !== 1)
    throw new Wrong(`${where} has one of "text", "base64" and "path"`);
  if (part.type !== undefined && /[\r\n]/.test(part.type)) throw new Wrong(`${where}: "type" is one line`);
  const { name, ...rest } = part;
  return { name, ...(Object.fromEntries(Object.entries(rest).filter(([, given]) => given !== undefined)) as object) };
}

/** True for what {@link parseSendOptions} would take for a request: how a page checks what the core remembers. */
export function isComposedRequest(value: unknown): value is ComposedRequest {
  if (!isRecord(value)) return false;
  try {
    parseRequest(value);
    return true;
  } catch (error) {
    if (error instanceof Wrong) return false;
    throw error;
  }
}
