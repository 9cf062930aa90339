/**
 * The settings in force and where they are kept: saved values in settings.json (written atomically, versioned; a
 * damaged file is set aside and reported), overrides from flags and environment on top.
 */
import fs from 'node:fs';
import path from 'node:path';
import { FaultLog, tellAll } from '../contract/faults.ts';
import { CommandError } from '../contract/errors.ts';
import { parseSetting } from '../contract/parse-setting.ts';
import { defaultSettings, isSettingKey, SETTING_KEYS, SETTING_SPECS } from '../contract/setting-specs.ts';
import type { SettingKey, Settings, SettingsSnapshot } from '../contract/settings.ts';
import { removeLeftovers, temporaryName } from './leftovers.ts';
import type { Override } from './options.ts';

const FILE_VERSION = 1;

export type SettingsListener = (changed: readonly SettingKey[]) => void;
type Values = Partial<Record<SettingKey, string | number | boolean>>;

export class SettingsService {
  readonly #file: string | null;
  readonly #overrides: ReadonlyMap<SettingKey, Override>;
  #saved: Values;
  #current: Settings;
  readonly #listeners = new Set<SettingsListener>();
  readonly #faults: FaultLog;

  /**
   * @param file settings.json, or null to keep nothing (tests).
   * @param report told in words about a damaged file or values that were left out.
   */
  constructor(file: string | null, overrides: ReadonlyMap<SettingKey, Override>, report: (message: string) => void) {
    this.#file = file;
    this.#overrides = overrides;
    this.#faults = new FaultLog(report);
    this.#saved = file === null ? {} : load(file, report);
    if (file !== null) removeLeftovers(file);
    this.#current = this.#merge(this.#saved);
  }

  current(): Settings {
    return this.#current;
  }

  snapshot(): SettingsSnapshot {
    const out: Partial<SettingsSnapshot> = {};
    for (const key of SETTING_KEYS) {
      const override = this.#overrides.get(key);
      const secret = SETTING_SPECS[key].secret === true;
      out[key] = {
        value: secret ? '' : this.#current[key],
        source: override?.source ?? (key in this.#saved ? 'saved' : 'default'),
        locked: override !== undefined,
        ...(secret && { isSet: this.#current[key] !== '' }),
      };
    }
    return out as SettingsSnapshot;
  }

  /** What the settings would be after this change. A locked setting that would change is an error that says who locked it. */
  preview(patch: Partial<Settings>, reset: readonly SettingKey[] = []): Settings {
    const keys = Object.keys(patch).filter(isSettingKey);
    this.#refuseLocked([...keys.filter((key) => patch[key] !== this.#current[key]), ...reset]);
    return this.#merge(withChange(this.#saved, patch, reset));
  }

  /** Applies and saves; all or nothing. Refuses what {@link preview} refuses. */
  update(patch: Partial<Settings>, reset: readonly SettingKey[] = []): void {
    this.preview(patch, reset);
    this.#apply(withChange(this.#saved, patch, reset));
  }

  /** Back to the defaults. */
  reset(keys: readonly SettingKey[]): void {
    this.update({}, keys);
  }

  /** Told the names that changed, after they did. Returns the function that ends it. */
  subscribe(listener: SettingsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #refuseLocked(keys: readonly SettingKey[]): void {
    for (const key of keys) {
      const override = this.#overrides.get(key);
      if (override)
        throw new CommandError(
          'locked',
          `${key} is set by ${override.source === 'flag' ? 'the command line' : 'the environment'} (${override.origin})`,
          `Start without ${override.origin} to change it here.`,
        );
    }
  }

  #apply(next: Values): void {
    if (this.#file !== null) save(this.#file, next);
    const before = this.#current;
    this.#saved = next;
    this.#current = this.#merge(next);
    const changed = SETTING_KEYS.filter((key) => this.#current[key] !== before[key]);
    if (changed.length > 0) tellAll(this.#listeners, changed, 'telling of changed settings', this.#faults.report);
  }

  #merge(saved: Values): Settings {
    const out: Record<string, string | number | boolean> = { ...defaultSettings(), ...saved };
    for (const [key, { value }] of this.#overrides) out[key] = value;
    return out as unknown as Settings;
  }
}

function withChange(saved: Values, patch: Partial<Settings>, reset: readonly SettingKey[]): Values {
  const next = { ...saved };
  for (const key of reset) delete next[key];
  return { ...next, ...patch };
}

/** Reads saved values; whatever cannot be used is reported and left out. */
function load(file: string, report: (message: string) => void): Values {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      report(`settings could not be read, defaults are used: ${String(error)}`);
    return {};
  }
  try {
    const raw: unknown = JSON.parse(text);
    if (
      typeof raw !== 'object' ||
      raw === null ||
      !('version' in raw) ||
      !('settings' in raw) ||
      typeof raw.settings !== 'object' ||
      raw.settings === null
    )
      throw new Error('it has no version and settings');
    if (raw.version !== FILE_VERSION)
      throw new Error(`its version is ${JSON.stringify(raw.version)}, this program knows ${FILE_VERSION}`);
    const out: Values = {};
    for (const [key, value] of Object.entries(raw.settings)) {
      const parsed = isSettingKey(key) ? parseSetting(key, value) : undefined;
      if (isSettingKey(key) && parsed?.ok) out[key] = parsed.value;
      else
        report(
          `settings.json: ${parsed && !parsed.ok ? parsed.problem : `${JSON.stringify(key)} is no setting`}; it was left out`,
        );
    }
    return out;
  } catch (error) {
    const aside = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
    try {
      fs.renameSync(file, aside);
    } catch {
      // It stays where it is; the next save replaces it.
    }
    report(
      `settings.json is damaged (${error instanceof Error ? error.message : String(error)}); it was set aside as ${path.basename(aside)} and defaults are used`,
    );
    return {};
  }
}

/** Writes beside and renames, so that a crash leaves the old or the new file, never half of one. */
function save(file: string, settings: Values): void {
  const temporary = temporaryName(file);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(temporary, `${JSON.stringify({ version: FILE_VERSION, settings }, null, 2)}\n`, { mode: 0o600 });
    fs.renameSync(temporary, file);
  } catch (error) {
    try {
      fs.rmSync(temporary, { force: true });
    } catch {
      // Where nothing could be written there is nothing to remove; the first error is the one to tell.
    }
    throw new CommandError(
      'unavailable',
      `settings could not be saved to ${file}: ${error instanceof Error ? error.message : String(error)}`,
      'Check that the folder can be written to.',
    );
  }
}
