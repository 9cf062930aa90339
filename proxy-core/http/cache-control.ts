/**
 * Cache-Control of requests and responses (RFC 9111 §5.2), also CDN-Cache-Control (RFC 9213), which shares its words.
 * Of repeated directives the first one counts (§4.2.1). A malformed number is kept as {@link INVALID}, which for a lifetime
 * means stale rather than absent.
 */
/** A delta-seconds argument that did not parse. */
export const INVALID = -1;

/** delta-seconds saturate here (RFC 9111 §1.2.2). */
export const MAX_DELTA_SECONDS = 2_147_483_648;

/** Parsed directives; absent ones are false or undefined. */
export interface CacheControl {
  noStore: boolean;
  noTransform: boolean;
  /** Without field names. */
  noCache: boolean;
  /** Lower-case names from `no-cache="a, b"`. */
  noCacheFields: readonly string[];
  maxAge: number | undefined;
  staleIfError: number | undefined;
  // requests
  onlyIfCached: boolean;
  minFresh: number | undefined;
  /** Infinity when given without an argument. */
  maxStale: number | undefined;
  // responses
  public: boolean;
  private: boolean;
  privateFields: readonly string[];
  mustRevalidate: boolean;
  proxyRevalidate: boolean;
  mustUnderstand: boolean;
  immutable: boolean;
  sMaxAge: number | undefined;
  staleWhileRevalidate: number | undefined;
  /** The field's whole value; '' when there is none. */
  text: string;
}

function empty(text: string): CacheControl {
  return {
    noStore: false,
    noTransform: false,
    noCache: false,
    noCacheFields: NONE,
    maxAge: undefined,
    staleIfError: undefined,
    onlyIfCached: false,
    minFresh: undefined,
    maxStale: undefined,
    public: false,
    private: false,
    privateFields: NONE,
    mustRevalidate: false,
    proxyRevalidate: false,
    mustUnderstand: false,
    immutable: false,
    sMaxAge: undefined,
    staleWhileRevalidate: undefined,
    text,
  };
}

const NONE: readonly string[] = [];
/** Of a message without any; shared. */
export const NO_DIRECTIVES: Readonly<CacheControl> = Object.freeze(empty(''));

/** A delta-seconds argument (RFC 9111 §1.2.2): saturates, and anything but digits is {@link INVALID}. */
export function parseDeltaSeconds(text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text)) return INVALID;
  return Math.min(Number(text), MAX_DELTA_SECONDS);
}

/** Field names in an argument such as `"Set-Cookie, X-A"`. */
function fieldNames(argument: string): string[] {
  return argument
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/**
 * Calls `found` for each directive: lower-case name, and the argument with quotes taken off. Whitespace around `=` is
 * not in the grammar: such a name is `skipped`, as it stands, and such an argument fails to parse as a number.
 */
function scan(
  text: string,
  found: (name: string, argument: string | undefined) => void,
  skipped?: (name: string, directive: string) => void,
): void {
  let i = 0;
  while (i < text.length) {
    const start = i;
    while (i < text.length && text[i] !== ',' && text[i] !== '=') i++;
    const name = text.slice(start, i).trimStart();
    let argument: string | undefined;
    if (text[i] === '=') {
      i++;
      if (text[i] === '"') {
        i++;
        argument = '';
        while (i < text.length && text[i] !== '"') {
          if (text[i] === '\\' && i + 1 < text.length) i++;
          argument += text[i];
          i++;
        }
        i++;
        while (i < text.length && text[i] !== ',') i++;
      } else {
        const from = i;
        while (i < text.length && text[i] !== ',') i++;
        argument = text.slice(from, i).trimEnd();
      }
    }
    i++;
    const bare = argument === undefined ? name.trimEnd() : name;
    if (bare === '') continue;
    if (!/\s/.test(bare)) found(bare.toLowerCase(), argument);
    else skipped?.(bare.trim().toLowerCase(), text.slice(start, i - 1).trim());
  }
}

/** What a person who wrote a Cache-Control may not have meant: a number that is none, a directive said twice. */
export interface Oddities {
  /** `max-age=60;public`: quoted as it stands. */
  malformed?: string;
  /** `max-age = 60`: no directive at all, for the white space. */
  skipped?: string;
  /** The first counts. */
  repeated?: { directive: string; first: string; others: string };
}

/** Directives of a response whose argument is a number. */
const NUMBERS: ReadonlySet<string> = new Set(['max-age', 's-maxage', 'stale-while-revalidate', 'stale-if-error']);

/** Looks for these; for the trace, not for decisions. */
export function odditiesOf(text: string, numbers: ReadonlySet<string> = NUMBERS): Oddities {
  const seen = new Map<string, string[]>();
  const out: Oddities = {};
  const look = (name: string, argument: string | undefined): void => {
    if (!numbers.has(name)) return;
    const said = argument === undefined ? name : `${name}=${argument}`;
    const before = seen.get(name);
    if (before !== undefined) before.push(said);
    else {
      seen.set(name, [said]);
      // Only max-stale may stand alone (RFC 9111 §5.2.1.2).
      if (parseDeltaSeconds(argument) === INVALID && (name !== 'max-stale' || argument !== undefined))
        out.malformed ??= said;
    }
  };
  scan(text, look, (name, directive) => {
    if (numbers.has(name)) out.skipped ??= directive;
  });
  for (const [directive, [first, ...others]] of seen)
    if (others.some((other) => other !== first))
      out.repeated ??= { directive, first: first!, others: others.join(', ') };
  return out;
}

/** Parses a Cache-Control value. */
export function parseCacheControl(text: string): CacheControl {
  const out = empty(text);
  const noCacheFields: string[] = [];
  const privateFields: string[] = [];
  scan(text, (name, argument) => {
    switch (name) {
      case 'no-store':
        out.noStore = true;
        break;
      case 'no-transform':
        out.noTransform = true;
        break;
      case 'no-cache':
        if (argument === undefined || argument === '') out.noCache = true;
        else for (const field of fieldNames(argument)) noCacheFields.push(field);
        break;
      case 'private':
        if (argument === undefined || argument === '') out.private = true;
        else for (const field of fieldNames(argument)) privateFields.push(field);
        break;
      case 'public':
        out.public = true;
        break;
      case 'must-revalidate':
        out.mustRevalidate = true;
        break;
      case 'proxy-revalidate':
        out.proxyRevalidate = true;
        break;
      case 'must-understand':
        out.mustUnderstand = true;
        break;
      case 'immutable':
        out.immutable = true;
        break;
      case 'only-if-cached':
        out.onlyIfCached = true;
        break;
      case 'max-age':
        out.maxAge ??= parseDeltaSeconds(argument);
        break;
      case 's-maxage':
        out.sMaxAge ??= parseDeltaSeconds(argument);
        break;
      case 'min-fresh':
        out.minFresh ??= parseDeltaSeconds(argument);
        break;
      case 'max-stale':
        out.maxStale ??= argument === undefined ? Infinity : parseDeltaSeconds(argument);
        break;
      case 'stale-while-revalidate':
        out.staleWhileRevalidate ??= parseDeltaSeconds(argument);
        break;
      case 'stale-if-error':
        out.staleIfError ??= parseDeltaSeconds(argument);
        break;
    }
  });
  if (noCacheFields.length > 0) out.noCacheFields = noCacheFields;
  if (privateFields.length > 0) out.privateFields = privateFields;
  return out;
}

/**
 * Directives of a request by its Cache-Control and Pragma: `Pragma: no-cache` stands for no-cache where there is no
 * Cache-Control (RFC 9111 §5.4).
 */
export function parseRequestCacheControl(text: string | undefined, pragma: string | undefined): Readonly<CacheControl> {
  if (text !== undefined) return parseCacheControl(text);
  if (pragma === undefined || !/(^|,)\s*no-cache\s*(,|=|$)/i.test(pragma)) return NO_DIRECTIVES;
  return { ...NO_DIRECTIVES, noCache: true };
}
