/** What this person chose for this window: kept in localStorage, parsed with care, every field with a default. */
import { create } from 'zustand';
import { SERVERS, type ServerName } from '../../proxy-core/contract/fix/lines/servers.ts';

export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
export const DENSITIES = ['comfortable', 'compact'] as const;
export type Density = (typeof DENSITIES)[number];
export const LANGUAGES = ['en', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];
export const VIEWS = ['traffic', 'cache', 'statistics', 'rules', 'compose', 'connect', 'settings'] as const;
export type View = (typeof VIEWS)[number];
export const GROUPINGS = ['host', 'client'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export const PLACEMENTS = ['bottom', 'side'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** A column as arranged by the person: shown or not, width in px. */
export interface ColumnPref {
  id: string;
  shown: boolean;
  width: number;
}
export interface SortPref {
  column: string;
  descending: boolean;
}

export interface Prefs {
  theme: Theme;
  density: Density;
  language: Language;
  view: View;
  placement: Placement;
  /** Size of the details pane in px, for each placement, and of the cache view's. */
  paneBottom: number;
  paneSide: number;
  paneCache: number;
  columns: ColumnPref[];
  sort: SortPref | null;
  /** Columns of the list of entries. */
  cacheColumns: ColumnPref[];
  /** Entries stand below their hosts. */
  cacheByHost: boolean;
  savedFilters: string[];
  /** The tree of hosts stands beside the table. */
  tree: boolean;
  /** What stands at its first level. */
  treeBy: Grouping;
  paneTree: number;
  /** Minutes the graphs show. */
  graphMinutes: number;
  /** Whose lines Fix it shows. */
  fixServer: ServerName;
  /** This person was told what reading HTTPS means. */
  toldOfInterception: boolean;
  /** The keys of the table are shown while nothing is chosen. */
  keysHint: boolean;
}

const KEY = 'bsdm-prefs';

function firstLanguage(): Language {
  return typeof navigator !== 'undefined' && navigator.language.toLowerCase().startsWith('ru') ? 'ru' : 'en';
}

export function defaultPrefs(): Prefs {
  return {
    theme: 'system',
    density: 'comfortable',
    language: firstLanguage(),
    view: 'traffic',
    placement: 'bottom',
    paneBottom: 264,
    paneSide: 520,
    paneCache: 460,
    columns: [],
    sort: null,
    cacheColumns: [],
    cacheByHost: true,
    savedFilters: [],
    tree: false,
    treeBy: 'host',
    paneTree: 240,
    graphMinutes: 5,
    fixServer: 'express',
    toldOfInterception: false,
    keysHint: true,
  };
}

type Fields = Partial<Record<keyof Prefs, unknown>>;
const oneOf = <T extends string>(raw: unknown, values: readonly T[], fallback: T): T =>
  values.find((item) => item === raw) ?? fallback;
const size = (raw: unknown, fallback: number): number =>
  typeof raw === 'number' && raw >= 80 && raw <= 4000 ? raw : fallback;

function parseColumns(raw: unknown): ColumnPref[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const { id, shown, width } = item as Record<string, unknown>;
    return typeof id === 'string' && typeof shown === 'boolean' && typeof width === 'number'
      ? [{ id, shown, width: Math.min(2000, Math.max(24, width)) }]
      : [];
  });
}
function parseSort(raw: unknown): SortPref | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { column, descending } = raw as Record<string, unknown>;
  return typeof column === 'string' && typeof descending === 'boolean' ? { column, descending } : null;
}

/** Reads saved preferences; whatever does not parse falls back to its default. */
export function parsePrefs(text: string | null): Prefs {
  const base = defaultPrefs();
  let raw: unknown;
  try {
    raw = JSON.parse(text ?? '{}');
  } catch {
    return base;
  }
  if (typeof raw !== 'object' || raw === null) return base;
  const f = raw as Fields;
  return {
    theme: oneOf(f.theme, THEMES, base.theme),
    density: oneOf(f.density, DENSITIES, base.density),
    language: oneOf(f.language, LANGUAGES, base.language),
    // What is called Statistics now was called Memory once.
    view: oneOf(f.view === 'memory' ? 'statistics' : f.view, VIEWS, base.view),
    placement: oneOf(f.placement, PLACEMENTS, base.placement),
    paneBottom: size(f.paneBottom, base.paneBottom),
    paneSide: size(f.paneSide, base.paneSide),
    paneCache: size(f.paneCache, base.paneCache),
    columns: parseColumns(f.columns),
    sort: parseSort(f.sort),
    cacheColumns: parseColumns(f.cacheColumns),
    cacheByHost: f.cacheByHost !== false,
    savedFilters: Array.isArray(f.savedFilters)
      ? f.savedFilters.filter((item): item is string => typeof item === 'string').slice(0, 50)
      : [],
    tree: f.tree === true,
    treeBy: oneOf(f.treeBy, GROUPINGS, base.treeBy),
    paneTree: size(f.paneTree, base.paneTree),
    graphMinutes: f.graphMinutes === 1 || f.graphMinutes === 15 ? f.graphMinutes : base.graphMinutes,
    fixServer: oneOf(f.fixServer, SERVERS, base.fixServer),
    toldOfInterception: f.toldOfInterception === true,
    keysHint: f.keysHint !== false,
  };
}

const store = typeof localStorage === 'undefined' ? null : localStorage;

export const usePrefs = create<Prefs>()(() => parsePrefs(store?.getItem(KEY) ?? null));

/** While something is dragged preferences change at every move of the pointer; they are written this long after the first. */
const WRITE_AFTER_MS = 300;
let writing: ReturnType<typeof setTimeout> | null = null;

function write(): void {
  if (writing !== null) clearTimeout(writing);
  writing = null;
  try {
    store?.setItem(KEY, JSON.stringify(usePrefs.getState()));
  } catch {
    // Storage full or forbidden: the choice holds for this window only.
  }
}

/** Changes preferences at once, and keeps them soon after, or when the page is left. */
export function setPrefs(patch: Partial<Prefs>): void {
  usePrefs.setState(patch);
  writing ??= setTimeout(write, WRITE_AFTER_MS);
}

if (typeof window !== 'undefined')
  window.addEventListener('pagehide', () => {
    if (writing !== null) write();
  });
