/**
 * The chain of caches a response came through, as its own fields tell it: browser → this proxy → caches → origin. Types
 * only; `read-chain.ts` reads one, `of-exchange.ts` makes it of a recorded exchange, `../explain/chain.ts` puts it into words.
 * What fields do not say is `unknown` or absent, never guessed.
 */
import type { ProductId } from './products.ts';

/**
 * What a hop is. `client`: who asked us. `this`: this proxy. `cache`: a cache that names itself, or one of a known product.
 * `application`: a cache inside the origin's application (Next.js, Drupal). `proxy`: named in Via, nothing said of a cache.
 */
export type HopKind = 'client' | 'this' | 'cache' | 'application' | 'proxy' | 'origin';

/**
 * What a hop did with the request.
 * - `hit`: answered from its store. `stale`: the same, and it says that what it had was stale.
 * - `revalidated`: it asked further and was told that its stored response is good.
 * - `expired`: it had a stale response and got a new one.
 * - `miss`: it had none. `forwarded`: it asked further although it had one, or does not say why.
 * - `bypass`: its cache was not asked. `dynamic`: the response is of a kind it does not cache.
 * - `generated`: it made the response itself, without cache or origin. `failed`: it could get none.
 * - `asked`: the client and the origin, as far as the fields tell. `not-asked`: the origin, because a cache answered.
 * - `unknown`: nothing is said, or a word that is documented nowhere.
 */
export type HopState =
  | 'hit'
  | 'stale'
  | 'revalidated'
  | 'expired'
  | 'miss'
  | 'forwarded'
  | 'bypass'
  | 'dynamic'
  | 'generated'
  | 'failed'
  | 'asked'
  | 'not-asked'
  | 'unknown';

/** Which list of the recorded exchange a line stands in: `upstreamFields`, `responseFields` or `requestFields`. */
export type ChainList = 'upstream' | 'reply' | 'request';

/** A field line that something was read from: the window can jump to `list[index]`. */
export interface ChainEvidence {
  list: ChainList;
  /** Place in that list, from 0. */
  index: number;
  name: string;
  /** The whole value, cut at 1,000 characters. */
  value: string;
  /** The part of the value this is about, where it is a list. */
  part?: string;
}

/** Where a lifetime comes from: a directive of a field that reached us, or what this proxy decided. */
export interface LifetimeRule {
  /** How long the hop may use a stored response, seconds; 0: not without asking. */
  seconds: number;
  /** Field in its usual case (`CDN-Cache-Control`); empty for a rule of this proxy's settings. */
  field: string;
  /** `max-age`, `s-maxage`, `no-store`, `private`, `no-cache`; for `Expires` empty; for this proxy its lifetime source. */
  directive: string;
  /** Absent for a rule of this proxy that stands in no field. */
  evidence?: ChainEvidence;
}

/** One hop of the chain. */
export interface ChainHop {
  kind: HopKind;
  /** The product that names itself; absent when the field names none. */
  product?: ProductId;
  /** The name the field gives (`cache-fra-etou8220091`, `proxy.example.net`), at most 100 characters. */
  name?: string;
  state: HopState;
  /** The word of the field that `state` comes from (`TCP_REFRESH_HIT`, `fwd=stale`). */
  said?: string;
  /**
   * Whether this exchange's request came to it. `false`: a hop nearer to the client answered, so its fields are of the
   * time when that one got the response. Absent: not known, because a hop before it does not say.
   */
  reached?: boolean;
  /** With `hit`: it says the same after it had asked further and its stored response was confirmed (Squid). */
  mayHaveAsked?: boolean;
  /** It says whether it had something stored, whatever it did with it (Squid's X-Cache-Lookup). */
  found?: boolean;
  /** Age of the response it answered with, seconds. */
  ageSeconds?: number;
  /** Freshness it says is left (negative: stale), seconds (RFC 9211 §2.7). */
  ttlSeconds?: number;
  /** How often its stored response was used, as it says. */
  hits?: number;
  /** Its place (airport code, region, pop), as it says. */
  pop?: string;
  /** RFC 9211 §2.2: why it forwarded, where it says so. */
  forward?: string;
  /** RFC 9211 §2.3. */
  forwardStatus?: number;
  /** It says that it keeps the response (RFC 9211 §2.4) … */
  stored?: boolean;
  /** … or that it shared another request's answer (RFC 9211 §2.5). */
  collapsed?: boolean;
  /** RFC 9211 §2.9. */
  detail?: string;
  /** What the fields that reached us give it. Absent: they give nothing, or the product takes its own field out. */
  lifetime?: LifetimeRule;
  /** `supposed`: no field says on which side of its neighbour it stands. */
  place: 'said' | 'supposed';
  evidence: ChainEvidence[];
}

/** What does not go together. `hop` is an index into `hops`. */
export type Contradiction =
  /** Hops give the response different lifetimes; one line each lifetime, nearest to the origin first. */
  | { kind: 'lifetimes'; of: { seconds: number; hops: number[] }[] }
  /** It answered with a response older than the fields that reached us allow: its rule is another one. */
  | { kind: 'older-than-lifetime'; hop: number; ageSeconds: number; lifetime: LifetimeRule }
  /** It answered from its store although the fields that reached us forbid storing. */
  | { kind: 'kept-though-forbidden'; hop: number; lifetime: LifetimeRule }
  /** The response is older than this proxy may use it when it comes: it can never be a hit here. */
  | { kind: 'stale-on-arrival'; hop: number; ageSeconds: number; lifetime: LifetimeRule }
  /** Two fields of one hop say different things; the first counts. */
  | { kind: 'says-both'; hop: number; first: string; second: string; evidence: ChainEvidence }
  /** All caches that name themselves asked further, and yet there is an Age. The hop is the origin, of which it is open. */
  | { kind: 'age-behind-misses'; hop: number; ageSeconds: number };

/** A line that tells of a cache, and of which nothing certain is known. */
export interface UnknownField extends ChainEvidence {
  /**
   * `value`: the field is known, this value is documented nowhere. `field`: its name speaks of a cache, and it is not known.
   * `malformed`: it does not parse. `ambiguous`: the same value means different things for different products.
   */
  why: 'value' | 'field' | 'malformed' | 'ambiguous';
}

export interface Chain {
  /** From the client to the origin; at least client, this proxy and origin. */
  hops: ChainHop[];
  /** `Age` as it came, and the hop that answered with it where that is certain (RFC 9111 §5.1). */
  age?: { seconds: number; hop?: number; evidence: ChainEvidence };
  contradictions: Contradiction[];
  unknown: UnknownField[];
  /** Lines and members that were left out because there were too many. */
  cut: number;
}
