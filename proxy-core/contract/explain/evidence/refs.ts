/** What evidence is: the field of a message that a step of a decision rests on, as far as the step recorded it. */

/** The message a field stands in: the request as it came, the response as the origin sent it, or the stored response. */
export type EvidenceMessage = 'request' | 'response' | 'stored';

/** A field, and what is known of it from the decision itself; where it stands is found by `locate.ts`. */
export interface FieldRef {
  readonly message: EvidenceMessage;
  readonly field: string;
  /** Members of the field's list (directives, names in Vary): the first of these that is there is meant. Absent: the whole value. */
  readonly members?: readonly string[];
  /** True: only a member without an argument is meant (`private`); false: only one with one (`private="x-a"`). */
  readonly bare?: boolean;
  /** The whole value, as the decision recorded it; one that reads otherwise is not meant. */
  readonly text?: string;
  /** The argument of the member, seconds, as the decision recorded it. */
  readonly seconds?: number;
  /** Where it stands if not here. */
  readonly or?: FieldRef;
}

const filled = (text: unknown): string | undefined => (typeof text === 'string' && text !== '' ? text : undefined);

/** A whole field; `text` is its recorded value, anything but a text counts as none. */
export function whole(message: EvidenceMessage, field: string, text?: unknown): FieldRef {
  const value = filled(text);
  return value === undefined ? { message, field } : { message, field, text: value };
}

/** A directive of the request's Cache-Control. */
export function asked(member: string): FieldRef {
  return { message: 'request', field: 'Cache-Control', members: [member] };
}

/**
 * A directive of a response: of Cache-Control or, where the decision went by that, of CDN-Cache-Control. `text` is the
 * recorded value of the field, `seconds` the recorded argument.
 */
export function told(
  message: 'response' | 'stored',
  members: readonly string[],
  known: { text?: unknown; seconds?: unknown; bare?: boolean } = {},
): FieldRef {
  const text = filled(known.text);
  const ref = {
    message,
    members,
    ...(known.bare !== undefined && { bare: known.bare }),
    ...(text !== undefined && { text }),
    ...(typeof known.seconds === 'number' && { seconds: known.seconds }),
  };
  return { ...ref, field: 'Cache-Control', or: { ...ref, field: 'CDN-Cache-Control' } };
}

/** The same field of another message, where it does not stand in the first. */
export function orIn(message: EvidenceMessage, ref: FieldRef): FieldRef {
  const there = inMessage(message, ref);
  return { ...ref, or: ref.or === undefined ? there : orIn(message, ref.or) };
}

function inMessage(message: EvidenceMessage, { or, ...ref }: FieldRef): FieldRef {
  return { ...ref, message, ...(or !== undefined && { or: inMessage(message, or) }) };
}

/** The fields a lifetime was made from; none when it came of the settings, of a person, or of nothing. */
export function lifetimeFields(message: 'response' | 'stored', source: unknown, seconds: unknown): readonly FieldRef[] {
  switch (source) {
    case 'max-age':
    case 's-maxage':
      return [{ message, field: 'Cache-Control', members: [source], ...argument(seconds) }];
    case 'cdn-cache-control':
      return [{ message, field: 'CDN-Cache-Control', members: ['s-maxage', 'max-age'], ...argument(seconds) }];
    case 'expires':
      return [whole(message, 'Expires'), whole(message, 'Date')];
    case 'heuristic':
      return [whole(message, 'Last-Modified'), whole(message, 'Date')];
    default:
      return [];
  }
}

const argument = (seconds: unknown): { seconds?: number } => (typeof seconds === 'number' ? { seconds } : {});
