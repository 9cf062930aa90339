/** What crosses a wire about the system proxy: where the programs of the desktop are led. */

/**
 * `on`: to this proxy. `changed`: it was switched on, and somebody else has set something else meanwhile. `elsewhere`: switched on for
 * another proxy of this program.
 */
export const SYSTEM_PROXY_STATES = ['off', 'on', 'changed', 'elsewhere'] as const;

/** `no-desktop`: no settings that are known here; `not-listening`: nothing to lead programs to; `not-kept`: a core without a data folder. */
export const SYSTEM_PROXY_CANNOT = ['no-desktop', 'not-listening', 'not-kept'] as const;

export interface SystemProxyState {
  state: (typeof SYSTEM_PROXY_STATES)[number];
  /** Where programs were led, `host:port`; absent while it is off. */
  proxy?: string;
  /** Whose settings are known on this machine: GNOME, KDE, macOS, Windows. */
  places: string[];
  /** Settings that somebody else has changed since, as `place: key`. */
  changed: string[];
  /** Why it cannot be switched on here; absent when it can. */
  cannot?: (typeof SYSTEM_PROXY_CANNOT)[number];
  /** What could not be read, in words. */
  problems: string[];
}

/** What switching did, or would do. */
export interface SystemProxyDone {
  /** Command lines for people, without names and passwords. */
  lines: string[];
  /** Settings that stay, for somebody else has changed them: `place: key`. */
  kept: string[];
  problems: string[];
  /** After it. */
  state: SystemProxyState;
}
