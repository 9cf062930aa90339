/**
 * What is set and what is put back, as plain data: a place (a desktop, a network service, the registry) is read as slots,
 * a slot is a few fields that belong together. Nothing here runs anything.
 */
import type { RunTool } from '../run-tool.ts';

/** Fields of a slot as the system's tool writes them; null for one that is not there. */
export type Value = readonly (string | null)[];
/** A place as it was read, by key. */
export type State = Readonly<Record<string, Value>>;
/** `switch` decides whether the endpoints of its place are used at all. */
export type Role = 'switch' | 'endpoint' | 'other';

export interface Wanted {
  key: string;
  role: Role;
  value: Value;
}

/** A slot in the journal: what stood there and what was put there. */
export interface Slot {
  key: string;
  role: Role;
  before: Value;
  ours: Value;
}

export interface Change {
  key: string;
  from: Value;
  to: Value;
}

/** Where programs shall be led, and past what. */
export interface Target {
  host: string;
  port: number;
  bypass: readonly string[];
}

/** One of the settings a system keeps its proxy in. */
export interface Place {
  readonly name: string;
  /** Asks the system. Rejects with words when it cannot be read or must not be touched. */
  read(run: RunTool): Promise<State>;
  wanted(target: Target, state: State): Wanted[];
  /** What the slot holds when it points nowhere; its own value where it does not decide that. */
  off(slot: Wanted): Value;
  /** The command lines of one change. */
  lines(change: Change): string[][];
  /** Run after all changes, so that programs notice. */
  readonly notify: readonly (readonly string[])[];
}

export const isSame = (a: Value, b: Value): boolean => a.length === b.length && a.every((field, i) => field === b[i]);

/**
 * What the journal keeps. Where the place already points to the target (an earlier run's traces were lost), switched off is
 * taken for the state before: nobody wants to be led back to a port where nothing listens.
 */
export function decideOn(state: State, wanted: readonly Wanted[], off: Place['off']): Slot[] {
  const isLeftover = wanted.every(({ key, role, value }) => role === 'other' || isSame(state[key] ?? [], value));
  return wanted.map((slot) => ({
    key: slot.key,
    role: slot.role,
    before: isLeftover && slot.role !== 'other' ? off(slot) : (state[slot.key] ?? []),
    ours: slot.value,
  }));
}

/** The changes that switch on: what decides comes last. */
export function changesOn(slots: readonly Slot[], state: State): Change[] {
  return [...slots]
    .sort((a, b) => Number(a.role === 'switch') - Number(b.role === 'switch'))
    .flatMap(({ key, ours }) => {
      const from = state[key] ?? [];
      return isSame(from, ours) ? [] : [{ key, from, to: ours }];
    });
}

export interface Restoring {
  /** What decides comes first. */
  changes: Change[];
  /** Keys that somebody else has changed meanwhile; they stay. */
  kept: string[];
}

/** Puts back what is still ours. A switch stays on when somebody else gave an endpoint of the place another value. */
export function decideRestore(slots: readonly Slot[], now: State): Restoring {
  const isOurs = ({ key, before, ours }: Slot): boolean => {
    const value = now[key];
    // A write that was cut off leaves some fields as they were.
    return value?.every((field, i) => field === ours[i] || field === before[i]) === true;
  };
  const isTaken = slots.some((slot) => slot.role === 'endpoint' && now[slot.key] !== undefined && !isOurs(slot));
  const hasSwitch = slots.some((slot) => slot.role === 'switch');
  const changes: Change[] = [];
  const kept: string[] = [];
  for (const slot of [...slots].sort((a, b) => Number(b.role === 'switch') - Number(a.role === 'switch'))) {
    const from = now[slot.key];
    // A network service may be gone meanwhile.
    if (from === undefined || isSame(from, slot.before)) continue;
    if (isOurs(slot) && !(slot.role === 'switch' && hasSwitch && isTaken))
      changes.push({ key: slot.key, from, to: slot.before });
    else kept.push(slot.key);
  }
  return { changes, kept };
}

/** Keys of what decides where programs go, and holds something else than what was put there. */
export function changedMeanwhile(slots: readonly Slot[], now: State): string[] {
  return slots.flatMap(({ key, role, ours }) => {
    const value = now[key];
    return role === 'other' || value === undefined || isSame(value, ours) ? [] : [key];
  });
}

const DELIMITERS = [' ', ';', ',', '"', "'"];

/** Text for people and logs: what stands before an @ of an address may be a name and password. */
export function withoutCredentials(text: string): string {
  let out = '';
  let word = '';
  const end = (): void => {
    const at = word.lastIndexOf('@');
    const scheme = word.indexOf('://');
    const start = scheme >= 0 ? scheme + 3 : word.indexOf('=') + 1;
    out += at < start ? word : `${word.slice(0, start)}***${word.slice(at)}`;
    word = '';
  };
  for (const char of text) {
    if (!DELIMITERS.includes(char)) {
      word += char;
      continue;
    }
    end();
    out += char;
  }
  end();
  return out;
}

/** A command line for people. */
export const shownLine = (argv: readonly string[]): string =>
  argv
    .map((word) => {
      const text = withoutCredentials(word);
      return text === '' || [...text].some((char) => ' "\'$\\*<>;&|()'.includes(char)) ? JSON.stringify(text) : text;
    })
    .join(' ');
