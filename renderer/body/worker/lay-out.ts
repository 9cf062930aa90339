/** From a body's text to what the page draws, in slices: lines, or a JSON tree. Pure. */
import type { CodeLanguage } from './code-language.ts';
import { readEvents, type StreamEvents } from './events.ts';
import { parseJson, prettyJson, type JsonTree } from './json.ts';
import { isScript, type BodyMode } from './kinds.ts';
import { countMatches, indexLines, TextLines, type Found, type LineIndex } from './lines.ts';
import { prettyCss, prettyMarkup } from './pretty.ts';
import { grpcJson, protobufJson } from './protobuf.ts';
import { graphqlText, jwtJson, linesAsJson, multipartRows } from './readings.ts';
import type { Work } from './work.ts';

/**
 * What is shown, as data that another thread takes at once; `laidOutTo` is set where only so many characters were laid
 * out, `code` where the text may be shown in colours.
 */
export type Laid =
  | { kind: 'nothing' }
  | { kind: 'lines'; lines: LineIndex; laidOutTo?: number; code?: CodeLanguage }
  | { kind: 'tree'; tree: JsonTree }
  | { kind: 'events'; found: StreamEvents }
  | { kind: 'form'; pairs: [name: string, value: string][]; left: number };

/** Longer text is laid out up to here; as plain text all of it is shown. */
export const LAID_OUT_MAX = 512 * 1024;
/** Fields of a form shown. */
const FORM_MAX = 500;
const STEP_FIELDS = 4096;

function* asLines(whole: string, layOut: (text: string) => Work<string>): Work<Laid> {
  const isLong = whole.length > LAID_OUT_MAX;
  const lines = yield* indexLines(yield* layOut(isLong ? whole.slice(0, LAID_OUT_MAX) : whole));
  return isLong ? { kind: 'lines', lines, laidOutTo: LAID_OUT_MAX } : { kind: 'lines', lines };
}

function* layOutForm(text: string): Work<Laid> {
  const pairs: [string, string][] = [];
  let at = 0;
  for (let n = 1; at < text.length && pairs.length < FORM_MAX; n++) {
    const end = text.indexOf('&', at);
    const part = text.slice(at, end < 0 ? text.length : end);
    if (part !== '') pairs.push(...new URLSearchParams(part));
    at = end < 0 ? text.length : end + 1;
    if (n % STEP_FIELDS === 0) yield;
  }
  return { kind: 'form', pairs, left: text.length - at };
}

/** JSON as a tree; as lines where it has too much of one, is no JSON, or is searched. */
export function* asTree(text: string, searching: boolean): Work<Laid> {
  // Longer than what is laid out, it is cut off for the reader of JSON too.
  const outcome = yield* parseJson(text.length > LAID_OUT_MAX ? text.slice(0, LAID_OUT_MAX) : text);
  if (outcome.kind === 'tree' && !searching && text.length <= LAID_OUT_MAX) return outcome;
  if (outcome.kind !== 'broken') return yield* asLines(text, prettyJson);
  return { kind: 'lines', lines: yield* indexLines(text) };
}

/** What is in messages whose form only their bytes tell. */
export function* layOutMessages(bytes: Uint8Array, mode: 'protobuf' | 'grpc', searching: boolean): Work<Laid> {
  const json = yield* mode === 'grpc' ? grpcJson(bytes) : protobufJson(bytes);
  if (json === undefined) return { kind: 'nothing' };
  return yield* asTree(json, searching);
}

/**
 * How a text is shown in this mode; pictures and bytes are drawn as they are. A search needs lines, also where a tree is
 * shown without one. `script` lays out a script.
 */
export function* layOutBody(
  text: string,
  mode: BodyMode,
  mediaType: string,
  searching: boolean,
  script: (text: string) => string = (as) => as,
): Work<Laid> {
  switch (mode) {
    case 'form':
      return yield* layOutForm(text);
    case 'events':
      // A search needs lines.
      if (searching) return { kind: 'lines', lines: yield* indexLines(text) };
      return { kind: 'events', found: yield* readEvents(text) };
    case 'pretty':
      if (isScript(mediaType)) return { kind: 'lines', lines: yield* indexLines(script(text)) };
      return yield* asLines(text, mediaType.includes('css') ? prettyCss : prettyMarkup);
    case 'json':
      return yield* asTree(text, searching);
    case 'documents':
      return yield* asTree(yield* linesAsJson(text), searching);
    case 'jwt':
      return yield* asTree(jwtJson(text) ?? text, searching);
    case 'graphql':
      return { kind: 'lines', lines: yield* indexLines(graphqlText(text, mediaType) ?? text) };
    case 'parts':
      return { kind: 'form', ...(yield* multipartRows(text)) };
    case 'protobuf':
    case 'grpc':
    case 'media':
    case 'font':
    case 'image':
    case 'hex':
      return { kind: 'nothing' };
    case 'text':
      return { kind: 'lines', lines: yield* indexLines(text) };
  }
}

/** Matches in lines; nothing else of what is laid out is searched. */
export function* searchLaid(laid: Laid | null, search: string): Work<Found> {
  if (laid?.kind !== 'lines') return { count: 0, lines: [] };
  return yield* countMatches(new TextLines(laid.lines), search);
}
