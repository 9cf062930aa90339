/** The system proxy as the core's commands switch it: one switching at a time, told to whoever looks, led on when the proxy moves. */
import fs from 'node:fs';
import { joinHostPort, unbracketed } from '../../contract/address.ts';
import { parseBypass } from '../../contract/bypass.ts';
import type { CommandHandlers } from '../../contract/commands.ts';
import { CommandError } from '../../contract/errors.ts';
import type { SystemProxyDone, SystemProxyState } from '../../contract/system-proxy.ts';
import { reachableHost } from '../browsers/arguments.ts';
import type { Target } from './decide.ts';
import { journalFile } from './journal.ts';
import type { Done, StartWatchdog, SystemProxy } from './system-proxy.ts';

interface Address {
  host: string;
  port: number;
}

export interface SwitchDeps {
  systemProxy: SystemProxy;
  /** Where the journal lies; empty for a core that keeps nothing. */
  folder: string;
  listening: () => Address | null;
  /** The setting. */
  bypass: () => string;
  startWatchdog: StartWatchdog;
  /** The watchdog that was started is not needed any more. */
  endWatchdog: () => void;
  report: (message: string) => void;
  onChange: (state: SystemProxyState) => void;
}

export type SystemProxyHandlers = Pick<CommandHandlers, Extract<keyof CommandHandlers, `systemProxy.${string}`>>;

/** How often the journal is looked at for what another program of ours does, ms. */
const JOURNAL_MS = 2000;
/** How often the system is asked, while it is on and somebody looks, ms. */
const ASK_MS = 30_000;

export class SystemProxySwitch {
  readonly #deps: SwitchDeps;
  readonly handlers: SystemProxyHandlers;
  #turn: Promise<unknown> = Promise.resolve();
  #told = '';
  /** Where programs are led that were led here by this core. */
  #ours: Target | null = null;
  #watchers = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The journal as it was when the system was asked last. */
  #journal = '';

  constructor(deps: SwitchDeps) {
    this.#deps = deps;
    this.handlers = {
      'systemProxy.status': () => this.state(),
      'systemProxy.on': ({ dryRun }) => this.#inTurn(() => this.#on(dryRun === true)),
      'systemProxy.off': ({ dryRun }) => this.#inTurn(() => this.#off(dryRun === true)),
    };
  }

  /** Asks the system; what is news is told. Never rejects: what could not be read stands in it. */
  async state(): Promise<SystemProxyState> {
    const { systemProxy, folder, listening } = this.#deps;
    const at = listening();
    const state: SystemProxyState = { state: 'off', places: [], changed: [], problems: [] };
    if (folder === '') return { ...state, cannot: 'not-kept' };
    this.#journal = this.#journalNow();
    try {
      const status = await systemProxy.status();
      Object.assign(state, { places: status.places, changed: status.changed, problems: status.problems });
      if (status.at !== undefined) {
        state.proxy = joinHostPort(status.at.host, status.at.port);
        const isHere = at !== null && status.at.port === at.port;
        state.state = !isHere ? 'elsewhere' : status.changed.length > 0 ? 'changed' : 'on';
      }
      if (state.places.length === 0) state.cannot = 'no-desktop';
      else if (at === null) state.cannot = 'not-listening';
    } catch (error) {
      state.problems.push(error instanceof Error ? error.message : String(error));
    }
    const news = JSON.stringify(state);
    if (news !== this.#told) {
      this.#told = news;
      this.#deps.onChange(state);
    }
    return state;
  }

  /** Looks after changes that others make, until the answer is called. */
  watch(): () => void {
    const { folder } = this.#deps;
    if (folder !== '' && this.#watchers++ === 0) {
      // Held against the journal as of the last answer, not against the last look: what came and went between two looks counts.
      let ticks = 0;
      this.#timer = setInterval(() => {
        const isDue = ++ticks % (ASK_MS / JOURNAL_MS) === 0 && this.#told.includes('"proxy"');
        if (isDue || this.#journalNow() !== this.#journal) this.#look();
      }, JOURNAL_MS).unref();
    }
    let isOver = false;
    return () => {
      if (isOver || folder === '') return;
      isOver = true;
      if (--this.#watchers > 0) return;
      clearInterval(this.#timer);
    };
  }

  /** The proxy listens elsewhere, or not at all, or the list of what goes past it is another: programs are led on. */
  readonly follow = (): void => {
    void this.#inTurn(async () => {
      const ours = this.#ours;
      if (ours === null) return this.state();
      const target = this.#target();
      if (JSON.stringify(target) === JSON.stringify(ours)) return undefined;
      const now = await this.#deps.systemProxy.status();
      // Somebody has switched it off, or led it elsewhere.
      if (now.at?.port !== ours.port) this.#ours = null;
      else if (target === null) await this.#off(false);
      else await this.#on(false);
      return this.state();
    }).catch((error: unknown) => this.#deps.report(error instanceof Error ? error.message : String(error)));
  };

  /** While the proxy still answers: what was set before is put back. Told in words, never a failure. */
  async stop(): Promise<void> {
    const { systemProxy, listening } = this.#deps;
    await this.#inTurn(() => systemProxy.release(listening()));
    this.#ours = null;
    this.#deps.endWatchdog();
  }

  #journalNow(): string {
    try {
      const facts = fs.statSync(journalFile(this.#deps.folder), { throwIfNoEntry: false });
      return facts === undefined ? 'none' : `${facts.ino} ${facts.mtimeMs}`;
    } catch (error) {
      return String(error);
    }
  }

  readonly #look = (): void => void this.#inTurn(() => this.state());

  #target(): Target | null {
    const at = this.#deps.listening();
    return (
      at && { host: unbracketed(reachableHost(at.host)), port: at.port, bypass: parseBypass(this.#deps.bypass()) ?? [] }
    );
  }

  async #on(isDry: boolean): Promise<SystemProxyDone> {
    const { systemProxy, folder, startWatchdog, endWatchdog } = this.#deps;
    const target = this.#target();
    if (folder === '') throw new CommandError('unavailable', 'this core keeps no data, so it could not put back');
    if (target === null) throw new CommandError('conflict', 'the proxy does not listen', 'Give it a free port first.');
    if (isDry) return this.#done(await systemProxy.dryRun(target));
    try {
      const done = await systemProxy.on(target, (journal) => {
        endWatchdog();
        return startWatchdog(journal);
      });
      this.#ours = target;
      return await this.#done(done);
    } catch (error) {
      this.#ours = null;
      endWatchdog();
      void this.state();
      throw new CommandError('unavailable', error instanceof Error ? error.message : String(error));
    }
  }

  async #off(isDry: boolean): Promise<SystemProxyDone> {
    const done = await this.#deps.systemProxy.restore({ dryRun: isDry });
    if (!isDry && done.problems.length === 0) {
      this.#ours = null;
      this.#deps.endWatchdog();
    }
    return this.#done(done);
  }

  async #done(done: Done): Promise<SystemProxyDone> {
    return { ...done, state: await this.state() };
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
