/** A file of the desktop that starts this app at login (freedesktop.org: Desktop Entry and Autostart). Pure. */

const SPECIAL = ['"', '`', '$', '\\'];

/** An argument as the Exec key takes it: quoted, a percent sign doubled, and the backslashes of the file itself doubled once more. */
function quoted(word: string): string {
  const escaped = [...word].map((char) => (SPECIAL.includes(char) ? `\\${char}` : char === '%' ? '%%' : char)).join('');
  return `"${escaped.replaceAll('\\', '\\\\')}"`;
}

export const desktopEntry = (line: readonly string[]): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=BSDM-Proxy',
    `Exec=${line.map(quoted).join(' ')}`,
    'Icon=bsdm-proxy',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
