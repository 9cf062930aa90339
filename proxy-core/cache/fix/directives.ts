/** A Cache-Control as a list of directives to leave out, replace and put back; cut where `http/cache-control.ts` cuts it. */

/** One directive as it stands. */
export interface Directive {
  /** Lower case, without white space around it. */
  readonly name: string;
  /** With its argument. */
  readonly text: string;
  readonly argument: string | undefined;
}

/** What to do with them. */
export interface DirectiveChange {
  /** Names that go; `private` and `no-cache` only where they name no field. */
  readonly drop: readonly string[];
  /** Takes the place of all of that name. */
  readonly lifetime?: Lifetime | undefined;
  readonly addPublic: boolean;
}
interface Lifetime {
  readonly name: 'max-age' | 's-maxage';
  readonly seconds: number;
}

/** Only these are put back: nothing in them means anything to the syntax of a server's configuration. */
const PLAIN = /^[A-Za-z0-9_-]+(?:=(?:[A-Za-z0-9_.-]+|"[A-Za-z0-9_, -]*"))?$/;

/** Cuts at these characters, but not inside quotes, which begin right behind the first `=` of a directive. */
function cut(text: string, at: string): string[] {
  const out: string[] = [];
  let from = 0;
  let hasArgument = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (at.includes(char)) {
      out.push(text.slice(from, i));
      from = i + 1;
      hasArgument = false;
    } else if (char === '=' && !hasArgument) {
      hasArgument = true;
      if (text[i + 1] !== '"') continue;
      i += 2;
      while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
    }
  }
  out.push(text.slice(from));
  return out;
}

export function splitDirectives(text: string): Directive[] {
  const out: Directive[] = [];
  for (const piece of cut(text, ',')) {
    const at = piece.indexOf('=');
    const name = (at < 0 ? piece : piece.slice(0, at)).trim().toLowerCase();
    if (name === '') continue;
    out.push({ name, text: piece.trim(), argument: at < 0 ? undefined : piece.slice(at + 1).trim() });
  }
  return out;
}

/** `max-age=60;public` with a comma; undefined when nothing is separated by semicolons. */
export function withCommas(text: string): string | undefined {
  const found = cut(text, ',;');
  if (found.length === cut(text, ',').length) return undefined;
  return found
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .join(', ');
}

/** `private` and `no-cache` with field names keep only these fields back. */
function isWhole({ name, argument }: Directive): boolean {
  return (name !== 'private' && name !== 'no-cache') || argument === undefined || argument === '' || argument === '""';
}

/** The directives of these names that would go. */
export function wholeOf(directives: readonly Directive[], names: readonly string[]): string[] {
  return names.filter((name) => directives.some((item) => item.name === name && isWhole(item)));
}

/** The changed value; null when nothing is left of it. */
export function rewrite(
  directives: readonly Directive[],
  { drop, lifetime, addPublic }: DirectiveChange,
): string | null {
  const out: string[] = addPublic ? ['public'] : [];
  let at: number | undefined;
  for (const directive of directives) {
    if (directive.name === lifetime?.name) at ??= out.length;
    else if (!(drop.includes(directive.name) && isWhole(directive)) && PLAIN.test(directive.text))
      out.push(directive.text);
  }
  if (lifetime !== undefined)
    out.splice(at ?? (out[0] === 'public' ? 1 : 0), 0, `${lifetime.name}=${lifetime.seconds}`);
  return out.length === 0 ? null : out.join(', ');
}
