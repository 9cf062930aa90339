/** One part of a form as -F of curl has it. */
import type { ComposedPart } from './composed.ts';
import { LineProblem, shown } from './words.ts';

/** Content-Type that curl gives a file by the end of its name. */
const TYPES: readonly (readonly [end: string, type: string])[] = [
  ['.gif', 'image/gif'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.txt', 'text/plain'],
  ['.htm', 'text/html'],
  ['.html', 'text/html'],
  ['.pdf', 'application/pdf'],
  ['.xml', 'application/xml'],
];

/** `name=content`. */
export function nameAndValue(text: string, option: string, at: number): [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new LineProblem(`${option}: a part is name=content`, at);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** `name=content`, `name=@file`, `name=<file`, each with `;type=…` and `;filename=…`. */
export function readPart(text: string, option: string, at: number): ComposedPart {
  const [name, value] = nameAndValue(text, option, at);
  const isFile = value.startsWith('@');
  const isInserted = value.startsWith('<');
  if (value.startsWith('(') || value === '=)')
    throw new LineProblem(`${option}: parts within parts are not made here`, at);
  const { content, parameters } = contentAndParameters(isFile || isInserted ? value.slice(1) : value);
  const type = parameters.get('type');
  const filename = parameters.get('filename');
  for (const known of parameters.keys())
    if (known !== 'type' && known !== 'filename')
      throw new LineProblem(`${option}: ${shown(known)} of a part is not known here`, at);
  const more = { ...(filename !== undefined && { filename }) };
  if (isFile) {
    if (content === '-') throw new LineProblem(`${option}: there is no input to read; name a file`, at);
    return {
      name,
      path: content,
      ...more,
      filename: filename ?? lastOf(content),
      type: type ?? typeOf(filename ?? content),
    };
  }
  if (isInserted) {
    if (content === '-') throw new LineProblem(`${option}: there is no input to read; name a file`, at);
    // An empty file name says: content of a file, sent as a plain part.
    return { name, path: content, filename: filename ?? '', ...(type !== undefined && { type }) };
  }
  return { name, text: content, ...more, ...(type !== undefined && { type }) };
}

/** Cuts `;type=…` and `;filename=…` off; quotes keep a ; together. */
function contentAndParameters(value: string): { content: string; parameters: Map<string, string> } {
  const parameters = new Map<string, string>();
  const pieces: string[] = [];
  let piece = '';
  let i = 0;
  if (value.startsWith('"')) {
    const quoted = readQuoted(value, 0);
    if (quoted !== undefined && (quoted.next >= value.length || value[quoted.next] === ';')) {
      piece = quoted.text;
      i = quoted.next;
    }
  }
  for (; i < value.length; i++) {
    if (value[i] === ';') {
      pieces.push(piece);
      piece = '';
    } else if (value[i] === '"' && piece.endsWith('=') && pieces.length > 0) {
      const quoted = readQuoted(value, i);
      if (quoted === undefined) piece += '"';
      else {
        piece += quoted.text;
        i = quoted.next - 1;
      }
    } else piece += value[i]!;
  }
  pieces.push(piece);
  // curl leaves out what is behind a ; and no parameter of a part.
  const content = pieces[0]!;
  let last: string | undefined;
  for (const more of pieces.slice(1)) {
    const trimmed = more.trimStart();
    const equals = trimmed.indexOf('=');
    const name = trimmed.slice(0, Math.max(equals, 0)).toLowerCase();
    if (name === 'type' || name === 'filename' || name === 'headers' || name === 'encoder') {
      parameters.set(name, trimmed.slice(equals + 1));
      last = name;
    } else if (last === 'type') parameters.set('type', `${parameters.get('type')};${more}`);
  }
  return { content, parameters };
}

function readQuoted(text: string, begin: number): { text: string; next: number } | undefined {
  let out = '';
  for (let i = begin + 1; i < text.length; i++) {
    if (text[i] === '"') return { text: out, next: i + 1 };
    if (text[i] === '\\' && (text[i + 1] === '"' || text[i + 1] === '\\')) i++;
    out += text[i]!;
  }
  return undefined;
}

/** The name of a file at the end of its path. */
export const lastOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
const typeOf = (path: string): string =>
  TYPES.find(([end]) => path.toLowerCase().endsWith(end))?.[1] ?? 'application/octet-stream';
