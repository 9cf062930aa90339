/** The control API's calls about exchanges that breakpoints hold. */
import { given, jsonObject, type RestAnswer, type RestCall } from './rest-call.ts';
import { toSnakeCase } from './rest-json.ts';
import { call } from './serve.ts';

const answer = async (state: Promise<unknown>): Promise<RestAnswer> => ({
  json: toSnakeCase(await state),
});

/** Not a number where the path has none: then what is accepted is said. */
const id = (path: Record<string, string>): number => Number(path['id']);

/** The members of an edit or an answer, by the names of the contract. */
const head = (body: unknown): Record<string, unknown> => {
  const { status_text: statusText, ...rest } = jsonObject(body);
  return { ...rest, ...(statusText !== undefined && { statusText }) };
};

export const HELD_CALLS: readonly RestCall[] = [
  {
    method: 'GET',
    path: '/api/held',
    summary: 'Exchanges that breakpoints hold, oldest first, and how many passed since they could not be held',
    run: ({ handlers }) => answer(call(handlers, 'held.list', {})),
  },
  {
    method: 'GET',
    path: '/api/held/{id}',
    summary: 'One of them with its fields and content',
    run: ({ handlers }, { path }) => answer(call(handlers, 'held.get', { id: id(path) })),
  },
  {
    method: 'POST',
    path: '/api/held/resume',
    summary: 'Let all of them go on as they are',
    run: ({ handlers }) => answer(call(handlers, 'held.resumeAll', {})),
  },
  {
    method: 'POST',
    path: '/api/held/{id}/resume',
    summary:
      'Let it go on: as it is, or of a request with {"method"?, "url"?, "fields"?, "body"?}, of a response with {"status"?, "status_text"?, "fields"?, "body"?}; a body is {"text"} or {"base64"}',
    run: ({ handlers }, { path, body }) =>
      answer(call(handlers, 'held.resume', given({ id: id(path), edit: body === undefined ? undefined : head(body) }))),
  },
  {
    method: 'POST',
    path: '/api/held/{id}/answer',
    summary: 'Answer it without asking further: {"status", "status_text"?, "fields"?: [[name, value], …], "body"?}',
    run: ({ handlers }, { path, body }) => answer(call(handlers, 'held.answer', { id: id(path), answer: head(body) })),
  },
  {
    method: 'POST',
    path: '/api/held/{id}/abort',
    summary: 'Close the connection of its client',
    run: ({ handlers }, { path }) => answer(call(handlers, 'held.abort', { id: id(path) })),
  },
];
