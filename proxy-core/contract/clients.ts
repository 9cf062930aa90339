/** What crosses a wire about programs on this machine that go through the proxy: browsers started here, and stores of trust. */

export const BROWSER_FAMILIES = ['chromium', 'chrome', 'edge', 'brave', 'firefox'] as const;
export type BrowserFamily = (typeof BROWSER_FAMILIES)[number];

/** A browser found on this machine. */
export interface FoundBrowser {
  family: BrowserFamily;
  /** Its own name: `Google Chrome`. */
  name: string;
  /** The program that is started. */
  path: string;
}

/** A browser started here, with a profile of its own that goes when it ends. */
export interface RunningBrowser {
  /** Counts from 1 in each run of the core. */
  id: number;
  family: BrowserFamily;
  name: string;
  pid: number;
  /** Time of day, unix ms. */
  startedAtMs: number;
  /** Folder of its profile. */
  profile: string;
  /** What was left undone for it, in words: a Firefox that has not learnt of the CA. */
  warning?: string;
}

export interface ClientsState {
  found: FoundBrowser[];
  running: RunningBrowser[];
  /** The terminal that can be opened; absent where none was found. */
  terminal?: string;
  /** Why none can be shown on this machine, when that is known beforehand: no screen. */
  problem?: string;
}

/** What a request of the core's own through the proxy came to. */
export interface SelfTest {
  /** The page that was asked for, one of the proxy's own. */
  url: string;
  /** Until its last byte was there. */
  ms: number;
}

export interface LaunchRequest {
  family: BrowserFamily;
  /** Page it begins with; http or https. */
  url?: string;
  /** Without a window. */
  headless?: boolean;
}

export const STORE_KINDS = ['system', 'nss', 'firefox', 'java', 'node'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/**
 * `trusted`: this CA is in it; `other`: an earlier CA of this program is in it and this one is not; `absent`: none of ours;
 * `unknown`: it could not be asked, `note` says why; `missing`: there is no such store on this machine.
 */
export type TrustState = 'trusted' | 'other' | 'absent' | 'unknown' | 'missing';

/** One place where programs look for CAs they trust. */
export interface TrustStore {
  /** `system`, `nss`, `java`, `node`, `firefox:<profile>`. */
  id: string;
  kind: StoreKind;
  /** File or folder it is kept in. */
  where: string;
  state: TrustState;
  /** Lines for a terminal that put this CA in; empty while there is no CA. */
  install: string[];
  /** Lines that take out whatever this program put in. */
  remove: string[];
  /** Whether the core can run these lines itself; a system may still ask for a password. */
  canRun: boolean;
  /** What keeps it from being asked or changed: see {@link TRUST_NOTES}. */
  note?: TrustNote;
  /** What a command said, when one failed. */
  detail?: string;
}

/** `no-certutil`: NSS's tool is not installed; `no-keytool`: Java's; `needs-root`: an administrator has to run it; `by-shell`: it is set in each shell. */
export const TRUST_NOTES = ['no-certutil', 'no-keytool', 'needs-root', 'by-shell', 'failed', 'not-known'] as const;
export type TrustNote = (typeof TRUST_NOTES)[number];

export interface TrustReport {
  stores: TrustStore[];
  /** File with the CA's certificate that the lines name; absent while there is no CA. */
  caFile?: string;
}
