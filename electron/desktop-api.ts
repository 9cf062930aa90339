/**
 * The few verbs the desktop shell offers its page, exposed by the preload script as `window.bsdmDesktop`.
 * Everything about traffic, cache and settings goes over the core's port instead, never through here.
 */

/**
 * How the core's process is doing. `detail` says in words what happened (`running` with a detail: it runs, but cannot
 * listen); `attempt` counts restarts in a row.
 */
export interface CoreProcessStatus {
  state: 'starting' | 'running' | 'crashed' | 'restarting' | 'stopped';
  detail?: string;
  attempt?: number;
}

/** Memory of one of the app's processes; the core tells its own. */
export interface ProcessUse {
  kind: 'shell' | 'window' | 'graphics' | 'other';
  /** Resident, bytes. */
  bytes: number;
}
/** Where the shell may open the window: a view, a row of the traffic, a filter. */
export interface ShellTarget {
  view: (typeof TARGET_VIEWS)[number];
  /** Number of an exchange of this run. */
  row?: number;
  filter?: string;
  /** A HAR file of this machine, to be opened as a session: never out of a link. */
  file?: string;
}
export const TARGET_VIEWS = ['traffic', 'cache', 'statistics', 'rules', 'compose', 'connect', 'settings'] as const;

/** What the page finds as `window.bsdmDesktop`; absent in an ordinary browser. */
export interface DesktopApi {
  /** Node's name of the platform, e.g. `linux`, `darwin`, `win32`. */
  readonly platform: string;
  /** Versions worth showing: `app`, `electron`, `chrome`, `node`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Calls with the present status at once and with each later one; the result takes the listener away. */
  onCoreStatus(listener: (status: CoreProcessStatus) => void): () => void;
  /** Ends the core gracefully and starts it again on the same port. Rejects when the core is being stopped for good. */
  restartCore(): Promise<void>;
  /** Memory of the app's processes besides the core's, those of a kind taken together. */
  processes(): Promise<ProcessUse[]>;
  /** Opens an https address in the user's own browser; anything else is refused. */
  openExternal(url: string): Promise<void>;
  /** The shell speaks the language of the page: `en`, `ru`. */
  setLanguage(language: string): void;
  /** Calls with each place the shell wants shown, one that came before included; the result takes the listener away. */
  onGoTo(listener: (target: ShellTarget) => void): () => void;
  /** Calls with the version that is newer than this one, null when there is none, now and later; the result takes the listener away. */
  onUpdate(listener: (version: string | null) => void): () => void;
  /** Shows the shell's dialog about it: whether to download it. */
  showUpdate(): void;
  /**
   * Asks for a port to the core. It arrives as a window message {@link CorePortMessage} with the port in `ports[0]` as soon
   * as a core is there to answer, and again from each core that takes its place; the nonce given here comes back in it.
   * Asking once is enough; the latest request of a page counts.
   */
  requestCorePort(nonce?: string): void;
}

/** The window message that brings the core's port. */
export interface CorePortMessage {
  type: 'bsdm-core-port';
  nonce: string;
}

/** Channels between preload and main; nothing else is listened to. */
export const DESKTOP_CHANNELS = {
  /** page to main: tell me the core's status now. */
  askStatus: 'bsdm:ask-core-status',
  /** main to page: {@link CoreProcessStatus}. */
  status: 'bsdm:core-status',
  /** page to main: a port, please (nonce). */
  askPort: 'bsdm:ask-core-port',
  /** main to page: the nonce, and the port beside it. */
  port: 'bsdm:core-port',
  restartCore: 'bsdm:restart-core',
  processes: 'bsdm:processes',
  openExternal: 'bsdm:open-external',
  /** page to main: the language it speaks. */
  language: 'bsdm:language',
  /** main to page: {@link ShellTarget}. */
  goTo: 'bsdm:go-to',
  /** main to page: the newer version, or null. */
  update: 'bsdm:update',
  showUpdate: 'bsdm:show-update',
} as const;
