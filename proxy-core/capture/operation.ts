/**
 * The name of the GraphQL operation that a request asks for, read from its content or its query. What is asked comes from
 * anybody: little of it is read, a document is looked at once from its beginning to its end, and a name is a name or nothing.
 */

/** Longer content is not looked at, bytes. */
export const OPERATION_BODY_MAX = 64 * 1024;
/** Of a batch so many are named. */
const NAMED_MAX = 3;
/** Of a document so many operations are looked at. */
const OPERATIONS_MAX = 64;
const NAME = /^[A-Za-z_]\w{0,79}$/;
const KINDS: ReadonlySet<string> = new Set(['query', 'mutation', 'subscription']);

interface Operation {
  kind: string;
  /** Empty for one without. */
  name: string;
}

/** `mutation AddToCart`, of a batch `query A, query B, …`; undefined when it is no GraphQL, as far as can be told. */
export function operationInContent(content: Uint8Array): string | undefined {
  if (content.length > OPERATION_BODY_MAX) return undefined;
  let asked: unknown;
  try {
    asked = JSON.parse(new TextDecoder().decode(content));
  } catch {
    return undefined;
  }
  if (!Array.isArray(asked)) return operationAsked(asked);
  const first = asked.slice(0, NAMED_MAX).map(operationAsked);
  if (first.length === 0 || first.includes(undefined)) return undefined;
  return `${first.join(', ')}${asked.length > NAMED_MAX ? ', …' : ''}`;
}

/** The same of a GET, whose parameters say it. */
export function operationInPath(path: string): string | undefined {
  const at = path.indexOf('?');
  if (at < 0 || path.length > OPERATION_BODY_MAX) return undefined;
  if (!path.includes('query=', at) && !path.includes('operationName=', at)) return undefined;
  const parameters = new URLSearchParams(path.slice(at));
  return operationAsked({ query: parameters.get('query'), operationName: parameters.get('operationName') });
}

function operationAsked(asked: unknown): string | undefined {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return undefined;
  const { query, operationName } = asked as Record<string, unknown>;
  const named = typeof operationName === 'string' && NAME.test(operationName) ? operationName : undefined;
  const operations = typeof query === 'string' && query.length <= OPERATION_BODY_MAX ? operationsIn(query) : [];
  const found = named === undefined ? operations[0] : operations.find(({ name }) => name === named);
  if (found !== undefined) return found.name === '' ? found.kind : `${found.kind} ${found.name}`;
  // The document may be known to the server already: its name is all there is then.
  return named;
}

/** The operations of a document, without what stands in them; none when it is something else. */
function operationsIn(document: string): Operation[] {
  const found: Operation[] = [];
  let depth = 0;
  /** The definition that is being read; undefined between two. */
  let words: string[] = [];
  for (let at = 0; at < document.length && found.length < OPERATIONS_MAX; at++) {
    const char = document.charAt(at);
    if (char === '#') at = endOfLine(document, at);
    else if (char === '"') at = endOfString(document, at);
    else if (char === '{' || char === '(' || char === '[') {
      if (depth++ > 0 || char !== '{') continue;
      const [kind = 'query', name = ''] = words;
      if (KINDS.has(kind)) found.push({ kind, name: NAME.test(name) ? name : '' });
      else if (kind !== 'fragment') return [];
    } else if (char === '}' || char === ')' || char === ']') {
      depth = Math.max(0, depth - 1);
      if (depth === 0 && char === '}') words = [];
    } else if (depth === 0 && isLetter(char)) {
      const start = at;
      while (at + 1 < document.length && isLetter(document.charAt(at + 1))) at++;
      // Kind and name; what follows are directives.
      if (words.length < 2) words.push(document.slice(start, at + 1));
    } else if (char === '@' && words.length === 1) words.push('');
  }
  return found;
}

const isLetter = (char: string): boolean =>
  (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9') || char === '_';

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Where the closing quotation mark of a string, or of a block of text, stands. */
function endOfString(text: string, at: number): number {
  if (text.startsWith('"""', at)) {
    const end = text.indexOf('"""', at + 3);
    return end < 0 ? text.length : end + 2;
  }
  for (let end = at + 1; end < text.length; end++) {
    const char = text.charAt(end);
    if (char === '\\') end++;
    else if (char === '"' || char === '\n') return end;
  }
  return text.length;
}
