/** The commands about exchanges that a breakpoint holds, and how what comes over a wire is read. */
import { readContent, status } from '../rules/parse-action.ts';
import { Fields, isFieldValue, isToken, wholeOf, Wrong, type ReadValue } from '../rules/value-checks.ts';
import type { MockBody } from '../rules/rule.ts';
import type { HeldAnswer, HeldDetail, HeldEdit, HeldState } from './held.ts';

export interface HeldCommandMap {
  'held.list': { params: Record<string, never>; result: HeldState };
  'held.get': { params: { id: number }; result: HeldDetail };
  /** Lets it go on, with what is to be another. */
  'held.resume': { params: { id: number; edit?: HeldEdit }; result: HeldState };
  /** Lets all of them go on as they are. */
  'held.resumeAll': { params: Record<string, never>; result: HeldState };
  /** Answers it without asking further. */
  'held.answer': { params: { id: number; answer: HeldAnswer }; result: HeldState };
  /** Closes the connection of its client. */
  'held.abort': { params: { id: number }; result: HeldState };
}

const ID = wholeOf(1, Number.MAX_SAFE_INTEGER);
/** Characters of a reason phrase. */
const PHRASE_MAX = 256;

const method: ReadValue<string> = (value, key) => {
  if (typeof value !== 'string' || value.length > 64 || !isToken(value))
    throw new Wrong(`"${key}" is a method, like GET or POST`);
  return value;
};

const url: ReadValue<string> = (value, key) => {
  if (typeof value !== 'string' || value.length > 65_536 || !/^https?:\/\/[^\s/?#]/i.test(value))
    throw new Wrong(`"${key}" is an absolute URL that begins with http:// or https://`);
  return value;
};

const phrase: ReadValue<string> = (value, key) => {
  if (typeof value !== 'string' || value.length > PHRASE_MAX || /[\r\n\0]/.test(value))
    throw new Wrong(`"${key}" is one line of at most ${PHRASE_MAX} characters`);
  return value;
};

/** Field lines: at most so many, each value of at most so many characters. */
const LINES_MAX = 500;
const VALUE_MAX = 65_536;
/** Characters of content, as text or Base64. */
const CONTENT_MAX = 2 * 1024 * 1024;

const body: ReadValue<MockBody> = (value) => readContent(value, CONTENT_MAX);

function lines(list: readonly unknown[]): readonly (readonly [string, string])[] {
  return list.map((line) => {
    if (!Array.isArray(line) || line.length !== 2)
      throw new Wrong('"fields" is a list of pairs of a name and a value', line);
    const [name, value] = line as readonly unknown[];
    if (typeof name !== 'string' || name.length > 256 || !isToken(name))
      throw new Wrong(
        `${JSON.stringify(name)?.slice(0, 80)} is no field name: letters, digits and !#$%&'*+.^_\`|~- make one`,
        line,
      );
    if (typeof value !== 'string' || value.length > VALUE_MAX || !isFieldValue(value))
      throw new Wrong(`the value of ${name} is not one line of at most ${VALUE_MAX} printable characters`, line);
    return [name, value] as const;
  });
}

function edit(value: unknown): HeldEdit {
  const fields = new Fields(value, 'an object');
  const given = {
    method: fields.optional('method', (key) => fields.read(key, method)),
    url: fields.optional('url', (key) => fields.read(key, url)),
    status: fields.optional('status', (key) => fields.read(key, status)),
    statusText: fields.optional('statusText', (key) => fields.read(key, phrase)),
    fields: fields.optional('fields', (key) => lines(fields.list(key, LINES_MAX))),
    body: fields.optional('body', (key) => fields.read(key, body)),
  };
  fields.done();
  return {
    ...(given.method !== undefined && { method: given.method }),
    ...(given.url !== undefined && { url: given.url }),
    ...(given.status !== undefined && { status: given.status }),
    ...(given.statusText !== undefined && { statusText: given.statusText }),
    ...(given.fields !== undefined && { fields: given.fields }),
    ...(given.body !== undefined && { body: given.body }),
  };
}

function answer(value: unknown): HeldAnswer {
  const fields = new Fields(value, 'an object');
  const given = fields.read('status', status);
  const text = fields.optional('statusText', (key) => fields.read(key, phrase));
  const sent = fields.optional('fields', (key) => lines(fields.list(key, LINES_MAX))) ?? [];
  const content = fields.optional('body', (key) => fields.read(key, body));
  fields.done();
  if (content !== undefined && (given === 204 || given === 304))
    throw new Wrong(`a ${given} has no content, so no "body"`);
  return {
    status: given,
    fields: sent,
    ...(text !== undefined && { statusText: text }),
    ...(content !== undefined && { body: content }),
  };
}

const onlyId = (raw: unknown): { id: number } => {
  const fields = new Fields(raw, 'an object');
  const id = fields.read('id', ID);
  fields.done();
  return { id };
};

/** Turns what came over a wire into parameters; throws `Wrong`. */
export const HELD_PARSERS: { [N in keyof HeldCommandMap]: (raw: unknown) => HeldCommandMap[N]['params'] } = {
  'held.list': () => ({}),
  'held.get': onlyId,
  'held.resume': (raw) => {
    const fields = new Fields(raw, 'an object');
    const id = fields.read('id', ID);
    const change = fields.optional('edit', (key) => fields.read(key, edit));
    fields.done();
    return { id, ...(change !== undefined && { edit: change }) };
  },
  'held.resumeAll': () => ({}),
  'held.answer': (raw) => {
    const fields = new Fields(raw, 'an object');
    const params = { id: fields.read('id', ID), answer: fields.read('answer', answer) };
    fields.done();
    return params;
  },
  'held.abort': onlyId,
};
