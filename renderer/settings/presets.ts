/**
 * What a preset would change, and what taking it back would: plans over the settings as they are, shown before anything is
 * done. Pure.
 */
import { parseSetting } from '../../proxy-core/contract/parse-setting.ts';
import { isSettingKey, PRESETS, type PresetName } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingKey, Settings, SettingsSnapshot } from '../../proxy-core/contract/settings.ts';

type Value = string | number | boolean;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** A setting of a preset. */
export type PresetKey = { [N in PresetName]: keyof (typeof PRESETS)[N] }[PresetName];

/**
 * What a change of the setting changes: how much is kept (`room`), which responses are stored and for how long (`stored`), or
 * what clients get of what is stored (`answers`).
 */
export const PRESET_EFFECTS: Readonly<Record<PresetKey, 'room' | 'stored' | 'answers'>> = {
  cacheCapacity: 'room',
  cacheTtlSeconds: 'stored',
  maxCacheBodySize: 'stored',
  cdnCacheControl: 'stored',
  ignoreClientCacheControl: 'answers',
};
const KEYS = Object.keys(PRESET_EFFECTS) as PresetKey[];

/** One setting of a plan: what it is and what it would be. */
export interface PlannedChange {
  key: PresetKey;
  now: Value;
  then: Value;
  /**
   * `changes`; `same`: is so already; `locked`: a flag or the environment holds it; `changed-since`: somebody gave it another
   * value after the preset, which is theirs to keep.
   */
  state: 'changes' | 'same' | 'locked' | 'changed-since';
}

/** A preset that was applied: what each setting was before, and what it was made. */
export interface Applied {
  name: PresetName;
  atMs: number;
  changes: { key: PresetKey; before: Value; wasSaved: boolean; after: Value }[];
}

/** All settings of the preset, those that stay as they are too. */
export function planPreset(name: PresetName, settings: SettingsSnapshot): PlannedChange[] {
  const wanted: Partial<Settings> = PRESETS[name];
  return KEYS.flatMap((key) => {
    const then = wanted[key];
    if (then === undefined) return [];
    const { value: now, locked } = settings[key];
    return { key, now, then, state: now === then ? 'same' : locked ? 'locked' : 'changes' };
  });
}

/** Values as the core takes them; it checks each against its setting. */
function patchWith(values: readonly [key: SettingKey, value: Value][]): Partial<Settings> {
  const patch: Partial<Settings> = {};
  for (const [key, value] of values) Object.assign(patch, { [key]: value });
  return patch;
}

/** The change a plan makes. */
export function patchOf(plan: readonly PlannedChange[]): Partial<Settings> {
  return patchWith(plan.filter(({ state }) => state === 'changes').map(({ key, then }) => [key, then]));
}

/** What to remember so that it can be taken back. */
export function rememberOf(
  name: PresetName,
  plan: readonly PlannedChange[],
  settings: SettingsSnapshot,
  atMs: number,
): Applied {
  const changes = plan
    .filter(({ state }) => state === 'changes')
    .map(({ key, now, then }) => ({ key, before: now, wasSaved: settings[key].source === 'saved', after: then }));
  return { name, atMs, changes };
}

/** What taking it back would do. */
export function planUndo({ changes }: Applied, settings: SettingsSnapshot): PlannedChange[] {
  return changes.map(({ key, before, after }) => {
    const { value: now, locked } = settings[key];
    const state = now === before ? 'same' : locked ? 'locked' : now === after ? 'changes' : 'changed-since';
    return { key, now, then: before, state };
  });
}

/**
 * The change that takes it back: what was a default is a default again, not a saved value equal to it. Of what was changed
 * since only the settings in `also`.
 */
export function undoOf(
  applied: Applied,
  plan: readonly PlannedChange[],
  also: ReadonlySet<SettingKey>,
): { patch: Partial<Settings>; reset: SettingKey[] } {
  const back = new Set(
    plan
      .filter(({ key, state }) => state === 'changes' || (state === 'changed-since' && also.has(key)))
      .map(({ key }) => key),
  );
  const undone = applied.changes.filter(({ key }) => back.has(key));
  return {
    patch: patchWith(undone.filter(({ wasSaved }) => wasSaved).map(({ key, before }) => [key, before])),
    reset: undone.filter(({ wasSaved }) => !wasSaved).map(({ key }) => key),
  };
}

const isPresetKey = (key: unknown): key is PresetKey =>
  typeof key === 'string' && isSettingKey(key) && Object.hasOwn(PRESET_EFFECTS, key);

function parseChange(raw: unknown): Applied['changes'] {
  if (typeof raw !== 'object' || raw === null) return [];
  const { key, before, after, wasSaved } = raw as Record<string, unknown>;
  if (!isPresetKey(key) || typeof wasSaved !== 'boolean') return [];
  const [was, became] = [parseSetting(key, before), parseSetting(key, after)];
  return was.ok && became.ok ? [{ key, before: was.value, wasSaved, after: became.value }] : [];
}

/** Reads what an earlier load of this page remembered; what does not parse is left out. */
export function parseApplied(text: string | null): Applied[] {
  let raw: unknown;
  try {
    raw = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const { name, atMs, changes } = item as Record<string, unknown>;
    const known = PRESET_NAMES.find((preset) => preset === name);
    if (known === undefined || typeof atMs !== 'number' || !Array.isArray(changes)) return [];
    return [{ name: known, atMs, changes: changes.flatMap(parseChange) }];
  });
}
