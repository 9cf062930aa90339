/** JSON of the control API: snake_case names, as in the event record, and the errors' form and status. */
import type { ErrorCode, WireError } from '../contract/errors.ts';
import { isSettingKey } from '../contract/setting-specs.ts';

/** `cacheCapacity` as `cache_capacity`. */
export const snakeKey = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Keys whose values are keyed by data, not by our names: their keys stay as they are. */
const DATA_KEYED = new Set([
  'facts',
  'inputs',
  'headers',
  'byCacheStatus',
  'byOutcome',
  'bytesByCacheStatus',
  'removals',
]);

/** A copy with names in snake_case. */
export function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value))
    out[snakeKey(name)] = DATA_KEYED.has(name) ? item : toSnakeCase(item);
  return out;
}

const HTTP_STATUS: Record<ErrorCode, number> = {
  'bad-params': 400,
  'unknown-command': 404,
  'unknown-stream': 404,
  'not-found': 404,
  gone: 410,
  locked: 409,
  unauthorized: 401,
  forbidden: 403,
  conflict: 409,
  unavailable: 503,
  internal: 500,
};

/** Status an error is answered with. */
export function statusOfError(code: ErrorCode): number {
  return HTTP_STATUS[code];
}

/** Texts of the core name settings as the contract does; callers of this API know them by other names. */
const withApiNames = (text: string): string =>
  text.replace(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g, (word) => (isSettingKey(word) ? snakeKey(word) : word));

/** Body of an error answer. */
export function errorBody(error: WireError): string {
  return `${JSON.stringify({ error: { code: error.code, message: withApiNames(error.message), ...(error.hint !== undefined && { hint: withApiNames(error.hint) }) } })}\n`;
}
