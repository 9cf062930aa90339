/** Keys of the window. Letters are found on every layout: by what they write, or by their place where that is no Latin letter. */
import { tinykeys } from 'tinykeys';

/** What an event tells of its key; also true of React's events. */
interface KeyPress {
  key: string;
  /** Where the key lies, `KeyK` for what writes `k` on a Latin layout; empty from some on-screen keyboards. */
  code?: string;
}

const isLatin = (key: string): boolean => key.length === 1 && key.toLowerCase() >= 'a' && key.toLowerCase() <= 'z';

/**
 * The Latin letter meant by a key, in lower case; undefined for other keys. On a Russian layout the key of `k` writes `л`
 * and means `k`; on Dvorak it writes `t` and means `t`.
 */
export function letterOf({ key, code }: KeyPress): string | undefined {
  if (isLatin(key)) return key.toLowerCase();
  return key.length === 1 && code?.length === 4 && code.startsWith('Key') ? code.slice(3).toLowerCase() : undefined;
}

/**
 * Does what is bound to a press, in tinykeys' notation with letters as themselves (`$mod+k`, `p`, `Shift+?`), until the
 * returned function is called. An action that gives back `false` leaves the press to others; `ignore` is asked first.
 */
export function bindKeys(
  bindings: Readonly<Record<string, (event: KeyboardEvent) => boolean | void>>,
  ignore: (event: KeyboardEvent, press: string) => boolean,
): () => void {
  const map: Record<string, (event: KeyboardEvent) => void> = {};
  for (const [press, run] of Object.entries(bindings)) {
    const letter = /(?:^|\+)([a-z])$/.exec(press)?.[1];
    const act = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || ignore(event, press)) return;
      if (letter !== undefined && letterOf(event) !== letter) return;
      if (run(event) !== false) event.preventDefault();
    };
    map[press] = act;
    if (letter !== undefined) map[`${press.slice(0, -1)}Key${letter.toUpperCase()}`] = act;
  }
  return tinykeys(window, map, { ignore: (event) => event.isComposing });
}
