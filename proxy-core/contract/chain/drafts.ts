/** Hops while they are found: several fields may tell of one, and some say who stands nearer to the client. */
import type { ChainEvidence, ChainHop, HopState, UnknownField } from './chain.ts';
import { evidenceOf, type Item, type Line } from './lines.ts';
import type { ProductId } from './products.ts';

/** A hop before its place is known. */
export type Draft = Omit<ChainHop, 'place' | 'reached'>;

/** Hops other than client, this proxy and origin. */
const MAX_DRAFTS = 32;
const MAX_NAME = 100;
const MAX_UNKNOWN = 64;

/** States in which a hop answered from its store, or asked further; one that did both is in both. */
const ANSWERED: ReadonlySet<HopState> = new Set(['hit', 'stale', 'revalidated', 'generated']);
const FORWARDED: ReadonlySet<HopState> = new Set([
  'miss',
  'forwarded',
  'expired',
  'bypass',
  'dynamic',
  'revalidated',
  'failed',
]);
/** How exact a word is: an exact one goes before a general one. */
const exactness = (state: HopState): number =>
  state === 'unknown' ? 0 : state === 'forwarded' ? 1 : state === 'hit' || state === 'miss' ? 2 : 3;

export class Drafts {
  readonly all: Draft[] = [];
  readonly unknown: UnknownField[] = [];
  /** `[nearer to the client, farther]`. */
  readonly order: [Draft, Draft][] = [];
  readonly both: { draft: Draft; first: string; second: string; evidence: ChainEvidence }[] = [];
  cut = 0;

  /** A new hop; undefined when there are too many. */
  add(draft: Pick<Draft, 'kind'> & Partial<Draft>): Draft | undefined {
    if (this.all.length >= MAX_DRAFTS) {
      this.cut++;
      return undefined;
    }
    const made: Draft = { state: 'unknown', evidence: [], ...draft };
    if (made.name !== undefined) made.name = made.name.slice(0, MAX_NAME);
    this.all.push(made);
    return made;
  }

  /** The hop of a product; made when there is none yet. */
  of(product: ProductId, kind: Draft['kind'] = 'cache'): Draft | undefined {
    return this.all.find((draft) => draft.product === product) ?? this.add({ kind, product });
  }

  /** A hop that gives itself this name. */
  named(name: string): Draft | undefined {
    const wanted = name.slice(0, MAX_NAME).toLowerCase();
    return this.all.find((draft) => draft.name?.toLowerCase() === wanted);
  }

  /** `draft` says of itself that it did this. A word that goes against an earlier one is noted; the earlier counts. */
  say(draft: Draft, state: HopState, said: string, { line, text }: Item): void {
    const evidence = this.rests(draft, line, text);
    if (draft.kind === 'proxy') draft.kind = 'cache';
    const before = draft.state;
    const agrees =
      (ANSWERED.has(before) && ANSWERED.has(state)) ||
      (FORWARDED.has(before) && FORWARDED.has(state)) ||
      state === 'unknown' ||
      before === 'unknown';
    if (!agrees) this.both.push({ draft, first: draft.said ?? before, second: said, evidence });
    else if (exactness(state) > exactness(before)) {
      draft.state = state;
      draft.said = said;
    } else draft.said ??= said;
  }

  /** What is known of `draft` stands in this line. */
  rests(draft: Draft, line: Line, part?: string): ChainEvidence {
    const evidence = evidenceOf(line, part);
    draft.evidence.push(evidence);
    return evidence;
  }

  /** A list whose members stand from the origin to the client. */
  inOrder(far: readonly (Draft | undefined)[]): void {
    const known = far.filter((draft) => draft !== undefined);
    for (let i = 1; i < known.length; i++) if (known[i] !== known[i - 1]) this.order.push([known[i]!, known[i - 1]!]);
  }

  unread(why: UnknownField['why'], line: Line, part?: string): void {
    if (this.unknown.length < MAX_UNKNOWN) this.unknown.push({ ...evidenceOf(line, part), why });
    else this.cut++;
  }
}
