/** Slow lines as data: profiles that are there, and a person's own as the setting has them. */

/** A line between clients and the proxy. */
export interface ThrottleProfile {
  /** Letters, digits, dots, dashes and underscores. */
  readonly name: string;
  /** Added to each answer, and to each way there and back through a tunnel, ms. */
  readonly latencyMs: number;
  /** To the client, kbit/s (1000 bits); 0 for no limit. */
  readonly downKbps: number;
  /** From the client, kbit/s; 0 for no limit. */
  readonly upKbps: number;
  /** How many of 100 requests have their connection dropped; with 100 there is no line at all. */
  readonly lossPercent: number;
}

/** Stands for no profile. */
export const NO_THROTTLE = 'off';

/** What is known of such lines from measurements of others, rounded. */
export const THROTTLE_PROFILES: readonly ThrottleProfile[] = [
  { name: 'offline', latencyMs: 0, downKbps: 0, upKbps: 0, lossPercent: 100 },
  { name: 'gprs', latencyMs: 500, downKbps: 50, upKbps: 20, lossPercent: 0 },
  { name: '3g', latencyMs: 150, downKbps: 1_600, upKbps: 750, lossPercent: 0 },
  { name: '4g', latencyMs: 50, downKbps: 12_000, upKbps: 6_000, lossPercent: 0 },
  { name: 'slow-wifi', latencyMs: 30, downKbps: 4_000, upKbps: 2_000, lossPercent: 1 },
  { name: 'satellite', latencyMs: 600, downKbps: 15_000, upKbps: 3_000, lossPercent: 0 },
];

/** Bounds of own profiles. */
export const THROTTLE_LIMITS = { profiles: 20, name: 32, latencyMs: 60_000, kbps: 10_000_000 } as const;

const NAME = /^[a-z0-9][a-z0-9._-]*$/i;
const NUMBER = /^\d{1,8}(?:\.\d{1,3})?$/;

/** True for what may be the name of a profile. */
export const isThrottleName = (text: string): boolean => text.length <= THROTTLE_LIMITS.name && NAME.test(text);

/**
 * Own profiles: `NAME=LATENCY/DOWN/UP` or `NAME=LATENCY/DOWN/UP/LOSS`, with commas between them; ms, kbit/s, kbit/s, percent.
 * Undefined when one is malformed, has the name of another, or there are too many.
 */
export function parseThrottleProfiles(text: string): ThrottleProfile[] | undefined {
  const out: ThrottleProfile[] = [];
  const names = new Set([NO_THROTTLE, ...THROTTLE_PROFILES.map(({ name }) => name)]);
  for (const item of text.split(',')) {
    if (item.trim() === '') continue;
    const profile = parseOne(item.trim());
    if (profile === undefined || names.has(profile.name.toLowerCase())) return undefined;
    names.add(profile.name.toLowerCase());
    out.push(profile);
  }
  return out.length > THROTTLE_LIMITS.profiles ? undefined : out;
}

function parseOne(item: string): ThrottleProfile | undefined {
  const at = item.indexOf('=');
  const name = item.slice(0, at).trim();
  if (at < 0 || !isThrottleName(name)) return undefined;
  const parts = item
    .slice(at + 1)
    .split('/')
    .map((part) => part.trim());
  if (parts.length < 3 || parts.length > 4 || !parts.every((part) => NUMBER.test(part))) return undefined;
  const [latencyMs = 0, downKbps = 0, upKbps = 0, lossPercent = 0] = parts.map(Number);
  const { kbps } = THROTTLE_LIMITS;
  if (latencyMs > THROTTLE_LIMITS.latencyMs || downKbps > kbps || upKbps > kbps || lossPercent > 100) return undefined;
  return { name, latencyMs, downKbps, upKbps, lossPercent };
}

/** The text {@link parseThrottleProfiles} reads. */
export function formatThrottleProfiles(profiles: readonly ThrottleProfile[]): string {
  return profiles
    .map(
      ({ name, latencyMs, downKbps, upKbps, lossPercent }) =>
        `${name}=${[latencyMs, downKbps, upKbps, ...(lossPercent > 0 ? [lossPercent] : [])].join('/')}`,
    )
    .join(', ');
}

/** The profile of that name, upper and lower case alike; own ones from their setting. */
export function findThrottleProfile(name: string, own: string): ThrottleProfile | undefined {
  const wanted = name.toLowerCase();
  return [...THROTTLE_PROFILES, ...(parseThrottleProfiles(own) ?? [])].find(
    (profile) => profile.name.toLowerCase() === wanted,
  );
}

/** All names that may be given, for words. */
export function throttleNames(own: string): string[] {
  return [NO_THROTTLE, ...[...THROTTLE_PROFILES, ...(parseThrottleProfiles(own) ?? [])].map(({ name }) => name)];
}
