/**
 * Who may wait for whose answer (collapsed forwarding): the fetches under way by key, and a memory of URLs whose
 * answers could not be shared, so that the next ones do not queue up for nothing.
 *
 * A request with content is never here: what it asks for is in its content. One with Cookie or Authorization waits for
 * nobody, and nobody for it, as long as no answer has said that it may be shared; it streams along with one that has,
 * and waits when a stored response (which was shared) is being replaced or validated.
 */
import { urlHash } from '../../cache/key.ts';
import type { CacheEngine, RequestPlan, ResponsePlan } from '../../cache/plan.ts';
import type { FetchMember } from './fetch-member.ts';

/** How long a response that could not be shared counts for the next ones, ms. */
const APART_MS = 120_000;
/** URLs remembered; a power of two. Two that share a place displace each other: then some wait once more. */
const PLACES = 4096;

/** Why an exchange does not wait for a fetch that is under way. */
type Apart = 'credentials' | 'not-shareable' | 'invalidated';

/** What the collapser needs to know of a fetch. */
interface Joinable {
  readonly leader: FetchMember;
  readonly joinable: boolean;
  /** Its head came. */
  readonly answered: boolean;
  readonly overtaken: boolean;
  join(member: FetchMember): boolean;
}

/**
 * What stands in the table, emptied when its fetch is over: a Map that was filled up leaves its table behind, and one that
 * is old keeps the next one alive, and with it everything that ever stood there, until the whole heap is collected.
 */
interface Place<Fetch> {
  fetch: Fetch | undefined;
}

export class Collapser<Fetch extends Joinable> {
  readonly #running = new Map<string, Place<Fetch>>();
  readonly #apartUrl = new Uint32Array(PLACES);
  readonly #apartUntilMs = new Float64Array(PLACES);
  readonly #lookups = new Map<string, Promise<{ found: number }>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lets the exchange share what is under way; undefined when it goes for itself. */
  join(key: string, member: FetchMember): Fetch | undefined {
    const running = this.#running.get(key)?.fetch;
    if (running?.joinable !== true) return undefined;
    if (running.answered) return running.join(member) ? running : undefined;
    const why = this.#apart(running, member);
    if (why === undefined) return running.join(member) ? running : undefined;
    member.log.noted({
      code: 'collapse-apart',
      phase: 'upstream',
      result: 'note',
      inputs: { why },
      spec: 'RFC 9111 §4',
    });
    return undefined;
  }

  /** A question to the second cache, shared by all who ask for that URL meanwhile: what it has goes into memory, for each to judge. */
  lookUp(url: string, ask: (url: string) => Promise<{ found: number }>): Promise<{ found: number }> {
    const running = this.#lookups.get(url);
    if (running !== undefined) return running;
    const lookup = ask(url).finally(() => this.#lookups.delete(url));
    this.#lookups.set(url, lookup);
    return lookup;
  }

  /** True while a fetch under way will bring this answer. */
  isRunning(key: string): boolean {
    const running = this.#running.get(key)?.fetch;
    return running?.joinable === true && !running.overtaken;
  }

  /** Registers a new fetch under its key, unless one that can be joined is registered already. */
  add(key: string, fetch: Fetch): void {
    const place = this.#running.get(key);
    const running = place?.fetch;
    if (running?.joinable !== true || running.overtaken || isPersonal(running.leader)) this.#put(key, place, fetch);
  }

  #put(key: string, place: Place<Fetch> | undefined, fetch: Fetch): void {
    if (place === undefined) this.#running.set(key, { fetch });
    else place.fetch = fetch;
  }

  /** Its head arrived: whether the response can be shared; undefined when that cannot be told (an error). */
  answered(key: string, fetch: Fetch, shareable: boolean | undefined): void {
    const hash = urlHash(fetch.leader.request.url);
    const place = hash & (PLACES - 1);
    if (shareable === true) {
      if (this.#apartUrl[place] === hash) this.#apartUntilMs[place] = 0;
      const registered = this.#running.get(key);
      if (registered?.fetch?.answered !== true) this.#put(key, registered, fetch);
    } else if (shareable === false && !isPersonal(fetch.leader)) {
      this.#apartUrl[place] = hash;
      this.#apartUntilMs[place] = this.#now() + APART_MS;
    }
  }

  remove(key: string, fetch: Fetch): void {
    const place = this.#running.get(key);
    if (place?.fetch !== fetch) return;
    this.#running.delete(key);
    place.fetch = undefined;
  }

  #apart(running: Fetch, member: FetchMember): Apart | undefined {
    if (running.overtaken) return 'invalidated';
    if (isPersonal(running.leader) || isPersonal(member)) return 'credentials';
    const hash = urlHash(member.request.url);
    const place = hash & (PLACES - 1);
    return this.#apartUrl[place] === hash && this.#apartUntilMs[place]! > this.#now() ? 'not-shareable' : undefined;
  }
}

/** Could others be answered by this? Undefined when it says nothing of the answers to come: an error, or one overtaken by a change. */
export function isShareable(
  engine: Pick<CacheEngine, 'isShareable'>,
  plan: Exclude<ResponsePlan, { kind: 'refetch' }>,
  status: number,
  nowMs: number,
): boolean | undefined {
  switch (plan.kind) {
    case 'store':
      return engine.isShareable(plan.ticket, nowMs);
    case 'freshened':
      return plan.shareable;
    case 'serve-stale':
      return undefined;
    case 'skip':
      return plan.reason === 'invalidated-meanwhile' || status >= 500 ? undefined : false;
  }
}

/** May the answer be for this client alone? Not when what is stored already was for all. */
function isPersonal({ request, plan }: FetchMember): boolean {
  return !hasSharedAnswer(plan) && (request.head.has('cookie') || request.head.has('authorization'));
}

function hasSharedAnswer(plan: RequestPlan): boolean {
  return (
    plan.kind === 'validate' ||
    plan.kind === 'serve-stale-and-revalidate' ||
    (plan.kind === 'fetch' && plan.stale !== undefined)
  );
}
