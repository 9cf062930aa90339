/**
 * Rules: what a user wants done to traffic, as data. A rule names the place it stands at, so that it is clear on which side
 * of the cache it acts: what `client-request` and `client-response` do is between client and cache, what `origin-request`
 * and `origin-response` do is between cache and origin.
 */
import type { StageName } from '../exchange.ts';

/** The places from client to origin and back. */
export const RULE_STAGES = [
  'client-request',
  'origin-request',
  'origin-response',
  'client-response',
] as const satisfies readonly StageName[];

/** Bounds of a list of rules. */
export const RULE_LIMITS = {
  rules: 2000,
  groups: 100,
  actions: 20,
  /** Characters of a name, a field's value, a URL, a comment. */
  text: 8192,
  /** Characters of a mocked body, base64 or text. */
  body: 1024 * 1024,
  /** Longest delay, ms. */
  delayMs: 300_000,
} as const;

/** Ready-made changes of the fields that caches go by. */
export const RULE_PRESETS = [
  'make-cacheable',
  'never-store',
  'force-revalidation',
  'strip-cookies',
  'allow-origin',
] as const;
export type RulePreset = (typeof RULE_PRESETS)[number];

/** A status of a redirect (RFC 9110 §15.4). */
export const REDIRECT_STATUSES = [301, 302, 303, 307, 308] as const;
export type RedirectStatus = (typeof REDIRECT_STATUSES)[number];

export interface MockBody {
  /** Text, sent as UTF-8; `{{method}}`, `{{url}}`, `{{host}}`, `{{path}}`, `{{query.NAME}}` and `{{header.NAME}}` are put in. */
  readonly text?: string;
  /** Bytes. */
  readonly base64?: string;
}

export type RuleAction =
  /** The field, once, with this value. */
  | { readonly do: 'set-field'; readonly name: string; readonly value: string }
  /** One more line of the field. */
  | { readonly do: 'add-field'; readonly name: string; readonly value: string }
  | { readonly do: 'remove-field'; readonly name: string }
  /** Each line whose whole value matches: `*` any characters, given back as `$1`, `$2` …; `?` one character. */
  | { readonly do: 'replace-in-field'; readonly name: string; readonly pattern: string; readonly with: string }
  /** `seconds` for make-cacheable, the lifetime; `origin` for allow-origin, otherwise the request's. */
  | { readonly do: 'preset'; readonly preset: RulePreset; readonly seconds?: number; readonly origin?: string }
  | { readonly do: 'set-method'; readonly method: string }
  | { readonly do: 'set-status'; readonly status: number }
  /** Asks another URL. `from` is matched against the whole URL, `to` gets what its `*` matched as `$1` …. */
  | {
      readonly do: 'map-remote';
      readonly from: string;
      readonly to: string;
      /** Host stays the one asked for. */
      readonly keepHost?: boolean;
      /** The cache keeps the answer under the URL asked for. */
      readonly keepKey?: boolean;
    }
  /** Answers with a file, or with the file in a folder that the URL's path names below `from`. */
  | { readonly do: 'map-local'; readonly path: string; readonly from?: string }
  | {
      readonly do: 'mock';
      readonly status: number;
      readonly fields: readonly (readonly [name: string, value: string])[];
      readonly body?: MockBody;
    }
  | { readonly do: 'redirect'; readonly status: RedirectStatus; readonly from: string; readonly to: string }
  /** Closes the connection without an answer. */
  | { readonly do: 'abort' }
  /** Holds it until a person lets it go on, for a time at most. */
  | { readonly do: 'breakpoint' }
  /** A slow line to this client for this exchange; a profile by its name. */
  | { readonly do: 'throttle'; readonly profile: string }
  /** Waits before it goes on, ms; with `upToMs`, a time between the two. */
  | { readonly do: 'delay'; readonly ms: number; readonly upToMs?: number };

export type RuleActionKind = RuleAction['do'];

export interface Rule {
  /** Unique in its list. */
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Name of a group of the list. */
  readonly group?: string;
  /** A line of the filter language; empty for everything. */
  readonly when: string;
  readonly where: StageName;
  readonly then: readonly RuleAction[];
  /** Rules behind it do not act at this place once it has. */
  readonly stop?: boolean;
}

export interface RuleGroup {
  readonly name: string;
  readonly enabled: boolean;
}

/** First to last: a later rule sees what an earlier one changed. */
export interface RuleList {
  readonly groups: readonly RuleGroup[];
  readonly rules: readonly Rule[];
}

const REQUESTS: readonly StageName[] = ['client-request', 'origin-request'];
const RESPONSES: readonly StageName[] = ['origin-response', 'client-response'];

/** Where each action may stand. */
export const ACTION_STAGES: Readonly<Record<RuleActionKind, readonly StageName[]>> = {
  'set-field': RULE_STAGES,
  'add-field': RULE_STAGES,
  'remove-field': RULE_STAGES,
  'replace-in-field': RULE_STAGES,
  preset: RULE_STAGES,
  'set-method': REQUESTS,
  'set-status': RESPONSES,
  'map-remote': REQUESTS,
  'map-local': RULE_STAGES,
  mock: RULE_STAGES,
  redirect: RULE_STAGES,
  abort: RULE_STAGES,
  breakpoint: RULE_STAGES,
  delay: RULE_STAGES,
  throttle: ['client-request', 'client-response'],
};

/** Where each preset may stand. */
export const PRESET_STAGES: Readonly<Record<RulePreset, readonly StageName[]>> = {
  'make-cacheable': RESPONSES,
  'never-store': RESPONSES,
  'force-revalidation': ['client-request', ...RESPONSES],
  'strip-cookies': RULE_STAGES,
  'allow-origin': RESPONSES,
};

/** True when a stage sees a response. */
export const seesResponse = (stage: StageName): boolean => RESPONSES.includes(stage);
