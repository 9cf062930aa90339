/**
 * The packed head of a stored response: one latin1 text of lines, decoded with one split. Nothing in it can contain a
 * line feed (HTTP fields cannot, URLs are checked), so the line feed separates.
 *
 * Lines: URL, reason phrase, rare figures, n × (Vary name, value), then the fields. The figures are empty when there are
 * none, else `n swr sie bytes`, those not given left out. A Vary value is `=text`, or `-` when the request had no such
 * field. A field with a known name is one line, the code of the name before the value; any other is a line each for name
 * and value. Codes begin with a control character, which no name does (`field-codes.ts`).
 */
import type { FieldList } from '../../../http/fields.ts';
import { ABSENT, type VaryKey } from '../../decide/vary.ts';
import { fieldCode, readCode } from './field-codes.ts';

/** What few responses have; kept with the head so that the others do not pay for it. */
export interface RareFigures {
  swrSeconds: number | undefined;
  sieSeconds: number | undefined;
  /** Content bytes as received, when the body lies packed. */
  contentBytes: number | undefined;
}

export interface StoredHead extends RareFigures {
  url: string;
  statusText: string;
  varyBy: VaryKey;
  fields: FieldList;
}

/** No line feeds, and nothing outside latin1. */
function clean(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, ' ') : text;
}

/** A name that cannot be taken for a code; those from a wire never could. */
function plainName(name: string): string {
  const cleaned = clean(name);
  return cleaned.charCodeAt(0) < 0x20 ? `?${cleaned.slice(1)}` : cleaned;
}

export function packHead(head: StoredHead): string {
  const { varyBy, fields } = head;
  let out = `${clean(head.url)}\n${clean(head.statusText)}\n${packFigures(varyBy.length / 2, head)}`;
  for (let i = 0; i < varyBy.length; i += 2) {
    const value = varyBy[i + 1]!;
    out += `\n${varyBy[i]}\n${value === ABSENT ? '-' : `=${clean(value)}`}`;
  }
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    out += `\n${fieldCode(name) ?? `${plainName(name)}\n`}${clean(fields[i + 1]!)}`;
  }
  return out;
}

export function unpackHead(text: string): StoredHead {
  const lines = text.split('\n');
  const [varies, swrSeconds, sieSeconds, contentBytes] = readFigures(lines[2]!);
  let at = 3;
  let varyBy: string[] = NO_VARY;
  if (varies !== undefined && varies > 0) {
    varyBy = [];
    for (const end = at + varies * 2; at < end; at += 2)
      varyBy.push(lines[at]!, lines[at + 1] === '-' ? ABSENT : lines[at + 1]!.slice(1));
  }
  const fields: string[] = [];
  while (at < lines.length) {
    const line = lines[at++]!;
    const known = readCode(line);
    if (known === undefined) fields.push(line, lines[at++]!);
    else fields.push(known.name, line.slice(known.length));
  }
  return { url: lines[0]!, statusText: lines[1]!, varyBy, fields, swrSeconds, sieSeconds, contentBytes };
}

/** The rare figures alone: out of a packed head, or of the start of one. */
export function unpackFigures(text: string): RareFigures {
  const [, swrSeconds, sieSeconds, contentBytes] = readFigures(text.split('\n', 3)[2] ?? '');
  return { swrSeconds, sieSeconds, contentBytes };
}

const hasFigures = ({ swrSeconds, sieSeconds, contentBytes }: RareFigures): boolean =>
  swrSeconds !== undefined || sieSeconds !== undefined || contentBytes !== undefined;

function packFigures(varies: number, figures: RareFigures): string {
  if (hasFigures(figures))
    return `${varies} ${figures.swrSeconds ?? ''} ${figures.sieSeconds ?? ''} ${figures.contentBytes ?? ''}`;
  return varies === 0 ? '' : `${varies}`;
}

function readFigures(line: string): readonly (number | undefined)[] {
  return line === '' ? NO_FIGURES : line.split(' ').map((text) => (text === '' ? undefined : Number(text)));
}

const NO_VARY: string[] = [];
const NO_FIGURES: readonly undefined[] = [];
