/**
 * Evidence looked up in what was recorded of an exchange: which line of which head a field of a step or reason is, and
 * what of its value. A field that is in none of the recorded heads has no place there, and is never guessed.
 */
import type { EntryId } from '../../entry-id.ts';
import type { ExchangeDetail, FieldLine } from '../../exchange.ts';
import type { TraceStep } from '../../reasons.ts';
import { isStepCode } from '../step-codes.ts';
import { findMember, type Member } from './members.ts';
import { REASON_STEPS } from './reason-steps.ts';
import type { EvidenceMessage, FieldRef } from './refs.ts';
import { STEP_FIELDS } from './step-fields.ts';

/** A table of field lines in the details of an exchange: the two heads, the origin's response, or those of a stage. */
export type HeadName = 'request' | 'reply' | 'upstream' | `${'received' | 'sent'}-${number}`;

/** One line of a table, and the part of its value that is meant. */
export interface Place {
  side: 'request' | 'response';
  head: HeadName;
  index: number;
  line: FieldLine;
  from: number;
  to: number;
}

/** A field that a step or a reason rests on. */
export interface Evidence {
  message: EvidenceMessage;
  field: string;
  /** Where it stands; absent when no recorded head has it. */
  place?: Place;
  /** What is meant of the value: the directive with its argument, or all of it; absent when neither head nor step has it. */
  quote?: string;
  /** Where to look it up in the stored response, which is no part of the record. */
  stored?: FieldRef;
}

const FROM_STORE: ReadonlySet<string | undefined> = new Set(['HIT', 'STALE', 'REVALIDATED']);
/** Of a reply made from a stored response: the proxy's own fields, which are not stored. */
const MADE_ANEW: ReadonlySet<string> = new Set([
  'age',
  'content-length',
  'content-range',
  'via',
  'cache-status',
  'x-cache-status',
]);

/** Fields of one step, in the order they matter. */
export function evidenceOfStep(detail: ExchangeDetail, step: TraceStep): Evidence[] {
  const fields = isStepCode(step.code) ? STEP_FIELDS[step.code] : 'none';
  if (fields === 'none') return [];
  const refs = fields((name) => step.inputs[name] ?? null, step.result);
  return unique(refs.flatMap((ref) => evidenceOf(detail, ref, step.phase)));
}

/** Fields of the steps that the reason of an exchange rests on. */
export function evidenceOfReason(detail: ExchangeDetail): Evidence[] {
  const { reason } = detail.row;
  const codes = reason === undefined ? 'none' : REASON_STEPS[reason];
  if (codes === 'none') return [];
  const wanted = new Set<string>(codes);
  return unique(detail.trace.filter(({ code }) => wanted.has(code)).flatMap((step) => evidenceOfStep(detail, step)));
}

const keyOf = ({ message, field, place, quote }: Evidence): string =>
  place === undefined ? `${message} ${field} ${quote ?? ''}` : `${place.head} ${place.index} ${place.from}`;

function unique(all: readonly Evidence[]): Evidence[] {
  const out = new Map<string, Evidence>();
  for (const evidence of all) {
    const key = keyOf(evidence);
    if (!out.has(key)) out.set(key, evidence);
  }
  return [...out.values()];
}

function evidenceOf(detail: ExchangeDetail, ref: FieldRef, phase: TraceStep['phase']): Evidence[] {
  for (let item: FieldRef | undefined = ref; item !== undefined; item = item.or) {
    const place = placeOf(detail, item, phase);
    if (place !== undefined)
      return [
        {
          message: item.message,
          field: place.line[0],
          place,
          quote: place.line[1].slice(place.from, place.to),
        },
      ];
  }
  // What is only stored has no head here. What request and response lack, and no step recorded, there is no word of.
  const stored = storedPart(ref);
  const said = stored ?? ref;
  if (stored === undefined && ref.text === undefined) return [];
  // How a number was written (`max-age="60"`, `max-age=1.5`) is not recorded.
  const [member, ...others] = said.members ?? [];
  const quote = member === undefined ? said.text : others.length === 0 ? member : undefined;
  return [
    {
      message: said.message,
      field: said.field,
      ...(quote !== undefined && { quote }),
      ...(stored !== undefined && { stored }),
    },
  ];
}

function storedPart(ref: FieldRef | undefined): FieldRef | undefined {
  return ref === undefined || ref.message === 'stored' ? ref : storedPart(ref.or);
}

/** The stored response a decision looked at, as far as the record names it; it may be gone. */
export function storedEntryOf({ row, neighbour }: ExchangeDetail): EntryId | undefined {
  return neighbour?.entryId ?? (FROM_STORE.has(row.outcome) ? row.entryId : undefined);
}

/** Where a field of the stored response stands among these lines; undefined where they have no such field. */
export function findStored(lines: readonly FieldLine[], ref: FieldRef): Omit<Place, 'side' | 'head'> | undefined {
  for (let item: FieldRef | undefined = ref; item !== undefined; item = item.or) {
    const found = findLine(lines, item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function placeOf(detail: ExchangeDetail, ref: FieldRef, phase: TraceStep['phase']): Place | undefined {
  const head = headOf(detail, ref, phase);
  if (head === undefined) return undefined;
  const found = findLine(head.lines, ref);
  return (
    found && {
      side: head.name === 'request' || ref.message === 'request' ? 'request' : 'response',
      head: head.name,
      ...found,
    }
  );
}

interface RecordedHead {
  name: HeadName;
  lines: readonly FieldLine[];
}

const hasField = (lines: readonly FieldLine[], name: string): boolean =>
  lines.some(([other]) => other.toLowerCase() === name);

/** The recorded head that shows the message as the decision saw it; undefined when there is none. */
function headOf(detail: ExchangeDetail, ref: FieldRef, phase: TraceStep['phase']): RecordedHead | undefined {
  const { row, requestFields, responseFields, upstreamFields } = detail;
  switch (ref.message) {
    case 'request':
      return changedBy(detail, 'client-request', 'sent') ?? { name: 'request', lines: requestFields };
    case 'response': {
      const changed = changedBy(detail, 'origin-response', 'sent');
      if (changed !== undefined) return changed;
      if (upstreamFields !== undefined) return { name: 'upstream', lines: upstreamFields };
      // Shared with another exchange, which asked: what this client was sent is that response.
      return row.collapsed === true && !FROM_STORE.has(row.outcome) && !MADE_ANEW.has(ref.field.toLowerCase())
        ? { name: 'reply', lines: responseFields }
        : undefined;
    }
    case 'stored': {
      const name = ref.field.toLowerCase();
      // A 416 has nothing of what is stored.
      if (!FROM_STORE.has(row.outcome) || row.status === 416 || MADE_ANEW.has(name)) return undefined;
      // The origin has renewed it since: only a recorded value tells whether it is the one that was looked at.
      // A Date always is: a 304 is dated when it was made (RFC 9111 §4.3.4).
      const renewed =
        row.outcome === 'REVALIDATED' &&
        phase === 'request' &&
        (name === 'date' || hasField(upstreamFields ?? [], name));
      if (renewed && ref.text === undefined) return undefined;
      return changedBy(detail, 'client-response', 'received') ?? { name: 'reply', lines: responseFields };
    }
  }
}

/** The head of the last stage that changed one, as it went in or came out; undefined when none did. */
function changedBy(detail: ExchangeDetail, stage: string, which: 'received' | 'sent'): RecordedHead | undefined {
  const changes = detail.changed ?? [];
  let index = changes.length - 1;
  while (index >= 0 && (changes[index]?.stage !== stage || changes[index]?.did !== 'changed')) index--;
  const lines = changes[index]?.[which].fields;
  return lines && { name: `${which}-${index}`, lines };
}

function findLine(lines: readonly FieldLine[], ref: FieldRef): Omit<Place, 'side' | 'head'> | undefined {
  const name = ref.field.toLowerCase();
  const own = lines.flatMap((line, index) => (line[0].toLowerCase() === name ? [{ line, index }] : []));
  if (
    ref.text !== undefined &&
    !isText(
      own.map(({ line }) => line[1]),
      ref.text,
    )
  )
    return undefined;
  if (ref.members === undefined) {
    const exact = own.find(({ line }) => line[1].trim() === ref.text) ?? own[0];
    return exact && { ...exact, from: 0, to: exact.line[1].length };
  }
  for (const member of ref.members)
    for (const { line, index } of own) {
      const found = findMember(line[1], member, (item) => fits(item, ref));
      if (found !== undefined) return { line, index, from: found.from, to: found.to };
    }
  return undefined;
}

/** True when one of the lines, or all of them as one list, is the recorded text. */
function isText(values: readonly string[], text: string): boolean {
  const wanted = text.trim();
  return values.some((value) => value.trim() === wanted) || values.join(', ').trim() === wanted;
}

/** Seconds saturate here (RFC 9111 §1.2.2), lifetimes one before. */
const MOST_SECONDS = 2_147_483_647;

function fits({ argument }: Member, { bare, seconds }: FieldRef): boolean {
  if (bare !== undefined && bare !== (argument === undefined || argument === '')) return false;
  if (seconds === undefined) return true;
  // What is no number counts as none left.
  const said = argument !== undefined && /^\d+$/.test(argument) ? Math.min(Number(argument), MOST_SECONDS) : 0;
  return said === Math.min(seconds, MOST_SECONDS);
}
