/** What the shell itself remembers between runs (`window-state.json` in the data folder). Never the core's settings. */
import fs from 'node:fs';
import path from 'node:path';
import { SHELL_LANGUAGES } from './shell-text.ts';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface ShellState {
  bounds?: Rectangle;
  maximized: boolean;
  /** The proxy goes on when its window is closed. */
  keepRunning: boolean;
  /** What closing the window means was asked, or chosen in the menu. */
  closeExplained: boolean;
  /** Language of the page. */
  language?: (typeof SHELL_LANGUAGES)[number];
}

export const DEFAULT_SIZE = { width: 1280, height: 800 } as const;
export const SMALLEST_SIZE = { width: 880, height: 560 } as const;
/** This much of a remembered window must lie on some display, or its title bar could not be reached. */
const VISIBLE_EDGE = 80;

function isFields(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** Parses the file's content; whatever is missing or malformed takes its default. */
export function parseShellState(raw: unknown): ShellState {
  const fields = isFields(raw) ? raw : {};
  const bounds = parseRectangle(fields['bounds']);
  const language = SHELL_LANGUAGES.find((name) => name === fields['language']);
  return {
    maximized: fields['maximized'] === true,
    keepRunning: fields['keepRunning'] === true,
    closeExplained: fields['closeExplained'] === true,
    ...(language !== undefined && { language }),
    ...(bounds === null ? {} : { bounds }),
  };
}

function parseRectangle(raw: unknown): Rectangle | null {
  if (!isFields(raw)) return null;
  const { x, y, width, height } = raw;
  const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value);
  return isWhole(x) && isWhole(y) && isWhole(width) && isWhole(height) ? { x, y, width, height } : null;
}

/** Where to open the window: as remembered if that can still be seen on one of the displays, else centred by the system. */
export function fitBounds(
  saved: Rectangle | undefined,
  workAreas: readonly Rectangle[],
): Partial<Rectangle> & { width: number; height: number } {
  if (saved === undefined) return { ...DEFAULT_SIZE };
  const overlap = (area: Rectangle) => ({
    width: Math.min(saved.x + saved.width, area.x + area.width) - Math.max(saved.x, area.x),
    height: Math.min(saved.y + saved.height, area.y + area.height) - Math.max(saved.y, area.y),
  });
  const area = workAreas.find(
    (item) =>
      overlap(item).width >= VISIBLE_EDGE &&
      overlap(item).height >= VISIBLE_EDGE &&
      saved.y >= item.y - VISIBLE_EDGE / 2,
  );
  const size = {
    width: Math.max(SMALLEST_SIZE.width, Math.min(saved.width, area?.width ?? DEFAULT_SIZE.width)),
    height: Math.max(SMALLEST_SIZE.height, Math.min(saved.height, area?.height ?? DEFAULT_SIZE.height)),
  };
  return area === undefined ? size : { x: saved.x, y: saved.y, ...size };
}

/** Reads the remembered state; a missing or damaged file is the same as none. What is left of a write that was killed goes. */
export function loadShellState(dataDir: string): ShellState {
  try {
    fs.rmSync(path.join(dataDir, 'window-state.json.new'), { force: true });
    return parseShellState(JSON.parse(fs.readFileSync(path.join(dataDir, 'window-state.json'), 'utf8')));
  } catch {
    return parseShellState({});
  }
}

/** Writes the state whole or not at all. A full or read-only disk must not stop the window from closing: it is only said. */
export function saveShellState(dataDir: string, state: ShellState): void {
  const file = path.join(dataDir, 'window-state.json');
  try {
    fs.mkdirSync(dataDir, { recursive: true });
    fs.writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
    fs.renameSync(`${file}.new`, file);
  } catch (error) {
    console.error(`could not remember the window's place in ${file}: ${String(error)}`);
  }
}
