/**
 * New versions: looked for as the settings say, shown in tray and window, downloaded after a yes, handed to the system's own installer.
 * Nothing is installed from here, so packages of all kinds are treated alike, and each system checks and asks as it does for any package.
 */
import { app, dialog, shell } from 'electron';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { askFeed, fetchPackage } from '../proxy-core/updates/fetch.ts';
import { packageFor, type Release } from '../proxy-core/updates/release.ts';
import { feedOf, UpdateWatch, wantedFeed, type UpdateSettings } from '../proxy-core/updates/watch.ts';
import { installLine, packageKind, zoneFile } from './package-kind.ts';
import type { ShellText } from './shell-text.ts';

/** What tray and window show. */
export interface UpdateNews {
  version: string;
  /** It is being downloaded. */
  isLoading: boolean;
}

interface UpdatesDeps {
  text: () => ShellText;
  log: (line: string) => void;
  onChange: () => void;
}

/** What a release was built with, `-c.extraMetadata.updateFeed=…` and `…updateKey=…`; empty in one that was not. */
function ofPackage(): { feed: string; key: string | undefined } {
  try {
    const raw: unknown = JSON.parse(fs.readFileSync(path.join(app.getAppPath(), 'package.json'), 'utf8'));
    const fields = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
    const { updateFeed, updateKey } = fields;
    return {
      feed: typeof updateFeed === 'string' ? updateFeed : '',
      key: typeof updateKey === 'string' && updateKey !== '' ? updateKey : undefined,
    };
  } catch {
    return { feed: '', key: undefined };
  }
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Updates {
  readonly #deps: UpdatesDeps;
  readonly #package = ofPackage();
  readonly #kind = packageKind({ platform: process.platform, env: process.env, exists: fs.existsSync });
  readonly #watch = new UpdateWatch({ check: (feed) => this.#look(feed) });
  /** Ends what is under way when the app quits. */
  readonly #end = new AbortController();
  #settings: UpdateSettings | null = null;
  #found: { feed: URL; release: Release } | null = null;
  #isLoading = false;
  /** One dialog at a time. */
  #isAsking = false;

  constructor(deps: UpdatesDeps) {
    this.#deps = deps;
  }

  /** Null when there is nothing to show. */
  get news(): UpdateNews | null {
    return this.#found && { version: this.#found.release.version, isLoading: this.#isLoading };
  }

  /** The settings, as of now. */
  follow(settings: UpdateSettings): void {
    this.#settings = settings;
    const feed = wantedFeed(settings, this.#package.feed);
    if (this.#found !== null && feed?.href !== this.#found.feed.href) this.#take(null);
    this.#watch.follow(feed);
  }

  stop(): void {
    this.#watch.stop();
    this.#end.abort();
  }

  /** Asked for by a person: the answer is a dialog in every case. */
  async check(): Promise<void> {
    const { updates } = this.#deps.text();
    const feed = this.#settings && feedOf(this.#settings, this.#package.feed);
    if (feed === null) return this.#say('info', updates.noFeed, updates.noFeedDetail);
    try {
      this.#take(await this.#ask(feed));
    } catch (error) {
      return this.#say('warning', updates.failed, words(error));
    }
    return this.#found === null ? this.#say('info', updates.newest(app.getVersion()), '') : this.show();
  }

  /** What there is, whether to download it, and what becomes of it. */
  async show(): Promise<void> {
    if (this.#found === null || this.#isAsking || this.#isLoading) return;
    this.#isAsking = true;
    try {
      await this.#offer(this.#found);
    } finally {
      this.#isAsking = false;
    }
  }

  async #offer({ feed, release }: { feed: URL; release: Release }): Promise<void> {
    const { updates } = this.#deps.text();
    const file = packageFor(release, this.#kind, process.arch);
    const title = updates.available(release.version, app.getVersion());
    if (file === undefined) return this.#say('info', title, updates.noPackage(this.#kind, feed.href));
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: title,
      detail: updates.offer(file.name, Math.ceil(file.bytes / (1024 * 1024)), feed.host),
      buttons: [updates.download, updates.later],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    if (response !== 0) return;
    this.#setLoading(true);
    try {
      const { signal } = this.#end;
      const at = await fetchPackage({ feed, signal }, file, app.getPath('downloads'));
      await this.#mark(at);
      this.#setLoading(false);
      await this.#handOver(at, release.version);
    } catch (error) {
      this.#deps.log(`the update was not downloaded: ${words(error)}`);
      if (!this.#end.signal.aborted) await this.#say('warning', updates.failed, words(error));
    } finally {
      this.#setLoading(false);
    }
  }

  async #handOver(file: string, version: string): Promise<void> {
    const { updates } = this.#deps.text();
    const isProgram = this.#kind === 'AppImage';
    const line = installLine(this.#kind, file);
    const { response } = await dialog.showMessageBox({
      type: 'info',
      message: updates.ready(version),
      detail: [file, updates.checked, ...(line === undefined ? [] : [line])].join('\n\n'),
      // An AppImage is no installer: it takes the place of the old file.
      buttons: [...(isProgram ? [] : [updates.open]), updates.folder, updates.close],
      defaultId: 0,
      cancelId: isProgram ? 1 : 2,
      noLink: true,
    });
    if (response === (isProgram ? 0 : 1)) shell.showItemInFolder(file);
    else if (!isProgram && response === 0) {
      const problem = await shell.openPath(file);
      if (problem !== '') shell.showItemInFolder(file);
    }
  }

  /** As browsers do: a file from elsewhere, which Gatekeeper and SmartScreen look at before it is opened. */
  async #mark(file: string): Promise<void> {
    fs.chmodSync(file, this.#kind === 'AppImage' ? 0o755 : 0o644);
    if (process.platform === 'win32') fs.writeFileSync(zoneFile(file), '[ZoneTransfer]\r\nZoneId=3\r\n');
    if (process.platform !== 'darwin') return;
    const value = `0081;${Math.floor(Date.now() / 1000).toString(16)};BSDM-Proxy;`;
    await new Promise<void>((resolve, reject) => {
      execFile('/usr/bin/xattr', ['-w', 'com.apple.quarantine', value, file], (error) =>
        error === null ? resolve() : reject(new Error(error.message)),
      );
    });
  }

  async #look(feed: URL): Promise<void> {
    try {
      const found = await this.#ask(feed);
      // Switched off, or led elsewhere, meanwhile.
      if (this.#settings === null || wantedFeed(this.#settings, this.#package.feed)?.href !== feed.href) return;
      if (found !== null) this.#deps.log(`version ${found.release.version} is there`);
      this.#take(found);
    } catch (error) {
      this.#deps.log(`new versions could not be looked for: ${words(error)}`);
    }
  }

  async #ask(feed: URL): Promise<{ feed: URL; release: Release } | null> {
    const { platform, arch } = process;
    const { signal } = this.#end;
    const release = await askFeed({ feed, version: app.getVersion(), platform, arch, key: this.#package.key, signal });
    return release && { feed, release };
  }

  #take(found: { feed: URL; release: Release } | null): void {
    this.#found = found;
    this.#deps.onChange();
  }

  #setLoading(isLoading: boolean): void {
    if (isLoading === this.#isLoading) return;
    this.#isLoading = isLoading;
    this.#deps.onChange();
  }

  async #say(type: 'info' | 'warning', message: string, detail: string): Promise<void> {
    await dialog.showMessageBox({ type, message, detail, noLink: true });
  }
}
