/** Lines for a terminal out of commands, quoted so that a shell reads back exactly the words that are meant. */

/** One command; `root` when an administrator has to run it. */
export interface Step {
  argv: readonly string[];
  root?: boolean;
}

const SAFE = /^[\w@%+=:,./-]+$/;

/** A word for sh, bash, zsh and fish. */
export function quotePosix(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A word for PowerShell and cmd alike: in double quotes, which no name of a file holds. */
function quoteWindows(word: string): string {
  return SAFE.test(word) || word === '' ? word : `"${word}"`;
}

/** As shown to a person. */
export function lineOf({ argv, root }: Step, platform: NodeJS.Platform, isRoot: boolean): string {
  const words = argv.map(platform === 'win32' ? quoteWindows : quotePosix).join(' ');
  return root === true && !isRoot && platform !== 'win32' ? `sudo ${words}` : words;
}

/** The certificate's content in the middle of a PEM text, without line ends. */
export function pemBody(pem: string): string {
  const begin = '-----BEGIN CERTIFICATE-----';
  const start = pem.indexOf(begin);
  const end = pem.indexOf('-----END CERTIFICATE-----', start);
  return start === -1 || end === -1 ? '' : pem.slice(start + begin.length, end).replaceAll(/\s+/g, '');
}

/** True when a text with certificates in PEM holds this one. */
export function holdsCertificate(text: string | undefined, body: string): boolean {
  return text !== undefined && body !== '' && text.replaceAll(/\s+/g, '').includes(body);
}
