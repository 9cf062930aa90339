/**
 * The smallest change of a response's fields that makes the next identical request a hit. Candidates are made of a few single
 * steps and tried in the order of their size, each with the real decisions; the first that leads to a hit is the answer.
 */
import { INVALID, type CacheControl } from '../../http/cache-control.ts';
import { withoutFields } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import type { FieldEdit } from '../../contract/fix/fix.ts';
import { ageOnArrival, effectiveDirectives } from '../decide/freshness.ts';
import { rewrite, splitDirectives, wholeOf, withCommas, type Directive } from './directives.ts';
import { probe, type Situation } from './probe.ts';

/** Directives that may stand in the way. */
const IN_THE_WAY = ['no-store', 'private', 'no-cache', 'must-understand'] as const;

/** Lifetimes that people write. */
const LIFETIMES = [60, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000, 31_536_000];

/** A longer value is replaced as a whole: its parts are not tried one by one. */
const MAX_VALUE = 2048;

/** So much of a value is told. */
const MAX_SHOWN = 300;

/** Fields that decisions about storing and serving look at; the others are left out while candidates are tried. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  'age',
  'cache-control',
  'cdn-cache-control',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'pragma',
  'set-cookie',
  'vary',
]);

type ControlName = 'Cache-Control' | 'CDN-Cache-Control';

/** One set of steps. */
interface Steps {
  drop: string[];
  lifetime: 'max-age' | 's-maxage' | undefined;
  addPublic: boolean;
  commas: boolean;
  cookie: boolean;
  vary: boolean;
}

/** A change that leads to a hit. */
export interface Found {
  edits: FieldEdit[];
  head: Head;
  secondsLeft: number;
  dropped: readonly string[];
}

/** Looks for it; undefined when no change of the response helps. `names` must leave Vary, `withoutCookie` has Set-Cookie go. */
export function findFix(situation: Situation, names: readonly string[] = [], withoutCookie = false): Found | undefined {
  const search = new Search(situation, names);
  return search.first(withoutCookie);
}

/** All subsets of a short list, the smaller ones first. */
function subsets<T>(items: readonly T[]): T[][] {
  const out: T[][] = [[]];
  for (const item of items) for (const set of out.slice()) out.push([...set, item]);
  return out.sort((a, b) => a.length - b.length);
}

function compareSizes(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((size, index) => size !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

class Search {
  readonly #situation: Situation;
  readonly #names: readonly string[];
  readonly #head: Head;
  readonly #control: ControlName;
  readonly #text: string;
  readonly #directives: readonly Directive[];
  readonly #commas: string | undefined;
  /** Which lifetime counts. */
  readonly #counts: 'max-age' | 's-maxage';
  readonly #seconds: number;
  readonly #hasStar: boolean;
  readonly #narrowed: string | null;
  /** Values that were asked for already. */
  readonly #values = new Map<string, string | null>();

  constructor(situation: Situation, names: readonly string[]) {
    this.#situation = situation;
    this.#names = names;
    const { head } = situation.response;
    this.#head = head;
    const { control, targeted } = effectiveDirectives(head, situation.policy);
    this.#control = targeted ? 'CDN-Cache-Control' : 'Cache-Control';
    this.#text = control.text;
    this.#directives = control.text.length > MAX_VALUE ? [] : splitDirectives(control.text);
    this.#commas = control.text.length > MAX_VALUE ? undefined : withCommas(control.text);
    this.#counts = this.#directives.some(({ name }) => name === 's-maxage') ? 's-maxage' : 'max-age';
    this.#seconds = this.#lifetime(control);
    this.#hasStar = (head.combined('vary') ?? '').includes('*');
    this.#narrowed = this.#narrow();
  }

  first(withoutCookie: boolean): Found | undefined {
    const reduced = this.#reduced();
    for (const steps of this.#candidates(withoutCookie)) {
      const { edits, dropped } = this.#edits(steps);
      if (edits.length === 0) continue;
      const tried = steps.vary && this.#names.length === 0 ? edits.map(withoutNames) : edits;
      if (!probe(this.#situation, edited(reduced, tried)).hit) continue;
      const head = edited(this.#head, edits);
      // Of the whole head, as it would come.
      const told = probe(this.#situation, head);
      if (told.hit) return { edits, head, secondsLeft: told.secondsLeft, dropped };
    }
    return undefined;
  }

  /** What is looked at, and of what may be long only what counts. */
  #reduced(): Head {
    const out: string[] = [];
    const { fields } = this.#head;
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!.toLowerCase();
      if (LOOKED_AT.has(name) && name !== 'set-cookie' && (name !== 'vary' || this.#names.length > 0))
        out.push(name, fields[i + 1]!);
    }
    if (this.#head.has('set-cookie')) out.push('set-cookie', 'a=b');
    // All other names are the same in the next request.
    if (this.#names.length === 0 && this.#hasStar) out.push('vary', '*');
    return new Head(out);
  }

  /** The candidates, smallest first: by fields, then by directives, then by what is taken away altogether, then by weight. */
  #candidates(withoutCookie: boolean): Steps[] {
    const { first } = this.#situation;
    const hasCookie = this.#head.has('set-cookie');
    const mayNarrow = this.#hasStar || this.#names.length > 0;
    const isLong = this.#text.length > MAX_VALUE;
    const lifetimes: Steps['lifetime'][] = [this.#counts, undefined];
    // One word that says both how long and that credentials do not matter (RFC 9111 §3.5).
    if (this.#counts === 'max-age' && first.head.has('authorization')) lifetimes.splice(1, 0, 's-maxage');
    const isPublic = this.#directives.some(({ name }) => name === 'public');
    const out: { steps: Steps; size: readonly number[] }[] = [];
    for (const drop of subsets(isLong ? [] : wholeOf(this.#directives, IN_THE_WAY)))
      for (const lifetime of lifetimes)
        for (const addPublic of isPublic ? [false] : [false, true])
          for (const commas of this.#commas === undefined ? [false] : [false, true])
            for (const cookie of withoutCookie ? [true] : hasCookie ? [false, true] : [false])
              for (const vary of mayNarrow ? [false, true] : [false]) {
                const directives = drop.length + [lifetime !== undefined, addPublic, commas].filter(Boolean).length;
                const others = Number(cookie) + Number(vary);
                out.push({
                  steps: { drop, lifetime, addPublic, commas, cookie, vary },
                  size: [
                    Number(directives > 0) + others,
                    directives + others,
                    others,
                    this.#weight(lifetime, addPublic),
                  ],
                });
              }
    return out.sort((a, b) => compareSizes(a.size, b.size)).map(({ steps }) => steps);
  }

  /** Among changes of one size: what is said already is put right first, then a life is given, and heuristics come last. */
  #weight(lifetime: Steps['lifetime'], addPublic: boolean): number {
    const isPlain = !addPublic || this.#situation.first.head.has('authorization');
    return (lifetime === undefined ? 0 : 1) + (isPlain ? 0 : 2);
  }

  #edits(steps: Steps): { edits: FieldEdit[]; dropped: readonly string[] } {
    const edits: FieldEdit[] = [];
    const edit = (name: string, value: string | null): void => {
      const was = this.#was(name);
      if (was !== value) edits.push({ name, was: was && clip(was), value });
    };
    const { drop, lifetime, addPublic, commas } = steps;
    if (drop.length > 0 || lifetime !== undefined || addPublic || commas) {
      const directives = commas ? splitDirectives(this.#commas ?? '') : this.#directives;
      const given = lifetime && { name: lifetime, seconds: this.#seconds };
      edit(this.#control, rewrite(directives, { drop, lifetime: given, addPublic }));
    }
    if (steps.cookie) edit('Set-Cookie', null);
    if (steps.vary) edit('Vary', this.#narrowed);
    return { edits, dropped: drop };
  }

  #was(name: string): string | null {
    let was = this.#values.get(name);
    if (was === undefined) this.#values.set(name, (was = this.#head.combinedOf(name.toLowerCase()) ?? null));
    return was;
  }

  /** Vary without `*` and without the fields that are to go; only what is a plain name goes on. */
  #narrow(): string | null {
    const kept = (this.#head.combined('vary') ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => /^[A-Za-z0-9_-]+$/.test(name) && !this.#names.includes(name.toLowerCase()));
    return kept.length === 0 ? null : kept.join(', ');
  }

  /** Seconds to give: what was meant by a malformed number where that is enough, else the first usual lifetime that is. */
  #lifetime(control: Readonly<CacheControl>): number {
    const { response, again, againAfterMs, policy } = this.#situation;
    const minFresh = policy.ignoreClientControl ? 0 : (again.head.requestCacheControl.minFresh ?? 0);
    const needed = ageOnArrival(response).seconds + Math.max(...againAfterMs) / 1000 + Math.max(0, minFresh);
    const [name, counted] = this.#counts === 's-maxage' ? ['s-maxage', control.sMaxAge] : ['max-age', control.maxAge];
    // `max-age =60` does not count at all.
    const isMalformed = counted === INVALID || counted === undefined;
    const said = isMalformed ? this.#directives.find((item) => item.name === name)?.argument : undefined;
    const meant = Number(/^"?(\d{1,8})/.exec(said ?? '')?.[1] ?? 0);
    if (meant > needed) return meant;
    return LIFETIMES.find((seconds) => seconds > needed) ?? Math.floor(needed) + LIFETIMES[0]!;
  }
}

const clip = (text: string): string => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);

/** The edit with Vary gone as a whole. */
const withoutNames = (edit: FieldEdit): FieldEdit => (edit.name === 'Vary' ? { ...edit, value: null } : edit);

/** A head with these fields changed. */
function edited(head: Head, edits: readonly FieldEdit[]): Head {
  const fields = withoutFields(head.fields, new Set(edits.map(({ name }) => name.toLowerCase())));
  for (const { name, value } of edits) if (value !== null) fields.push(name, value);
  return new Head(fields);
}

/** The response with everything in its fields that could help: what even that does not reach, no field does. */
export function idealHead({ response }: Situation): Head {
  const fields = withoutFields(
    response.head.fields,
    new Set(['cache-control', 'cdn-cache-control', 'set-cookie', 'vary', 'pragma', 'expires']),
  );
  fields.push('Cache-Control', 'public, s-maxage=2147483647');
  return new Head(fields);
}
