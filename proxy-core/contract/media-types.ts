/** Media types (RFC 9110 §8.3): the type without its parameters, and which of them are text a person can read. */

/** Media type of a Content-Type without parameters, lower case; undefined when there is none. */
export function mediaTypeOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined) return undefined;
  const end = contentType.indexOf(';');
  const type = (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
  return type === '' ? undefined : type;
}

/** Text under `application/`, with or without `x-`. */
const TEXT_SUBTYPES: ReadonlySet<string> = new Set([
  'ecmascript',
  'graphql',
  'javascript',
  'json',
  'json-seq',
  'jsonl',
  'ndjson',
  'sql',
  'toml',
  'www-form-urlencoded',
  'xml',
  'yaml',
]);
const TEXT_SUFFIXES = ['+json', '+xml', '+yaml'];

/** True for types whose content is text; `type` as {@link mediaTypeOf} gives it. */
export function isTextType(type: string): boolean {
  if (type.startsWith('text/') || TEXT_SUFFIXES.some((suffix) => type.endsWith(suffix))) return true;
  if (!type.startsWith('application/')) return false;
  return TEXT_SUBTYPES.has(type.slice(type.startsWith('application/x-') ? 14 : 12));
}
