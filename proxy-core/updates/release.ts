/** What a feed says of the newest version (the `latest*.yml` that electron-builder writes), and which package of it is for here. Pure. */

export interface ReleaseFile {
  /** As it stands in the feed, below its folder. */
  name: string;
  /** Of the whole file, base64. */
  sha512: string;
  bytes: number;
}

export interface Release {
  version: string;
  files: ReleaseFile[];
}

/** What packages a system takes. */
export type PackageKind = 'deb' | 'rpm' | 'AppImage' | 'dmg' | 'exe';

const MAX_FILES = 50;
/** No package is larger, bytes. */
const MAX_PACKAGE = 1024 * 1024 * 1024;
const SHA512_CHARS = 88;
/** Letters of names that are no path of their own and mean nothing to a shell or a URL. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,200}$/;
const VERSION = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]{1,100}))?$/;

/**
 * Reads the few lines that count: `version`, and `url`, `sha512`, `size` of each of the `files`. Throws, in words, for what is no feed:
 * another format, a name that leads elsewhere, a file without its checksum.
 */
export function parseRelease(text: string): Release {
  let version: string | undefined;
  const files: Partial<ReleaseFile>[] = [];
  let isInFiles = false;
  for (const line of text.split('\n')) {
    const field = fieldOf(line);
    if (field === undefined) continue;
    const { isItem, isIndented, name, value } = field;
    if (!isIndented) isInFiles = name === 'files';
    if (name === 'version' && !isIndented) version = value;
    if (!isInFiles || !isIndented) continue;
    if (isItem && files.push({}) > MAX_FILES) throw new Error(`the feed lists more than ${MAX_FILES} files`);
    const file = files.at(-1);
    if (file === undefined) continue;
    if (name === 'url') file.name = value;
    else if (name === 'sha512') file.sha512 = value;
    else if (name === 'size') file.bytes = Number(value);
  }
  if (version === undefined || !VERSION.test(version)) throw new Error('the feed names no version, as 1.2.3');
  return { version, files: files.map(checked) };
}

/** One `name: value` of YAML as electron-builder writes it: plain or quoted values, two levels. */
function fieldOf(line: string): { isItem: boolean; isIndented: boolean; name: string; value: string } | undefined {
  const text = line.trim();
  const isItem = text.startsWith('- ');
  const pair = isItem ? text.slice(2).trimStart() : text;
  const colon = pair.indexOf(':');
  if (colon <= 0 || pair.startsWith('#')) return undefined;
  const value = pair.slice(colon + 1).trim();
  const isQuoted = value.length >= 2 && (value[0] === "'" || value[0] === '"') && value.at(-1) === value[0];
  return {
    isItem,
    isIndented: isItem || line.startsWith(' '),
    name: pair.slice(0, colon),
    value: isQuoted ? value.slice(1, -1) : value,
  };
}

function checked({ name = '', sha512 = '', bytes = NaN }: Partial<ReleaseFile>): ReleaseFile {
  if (!NAME.test(name))
    throw new Error(
      `the feed names a file ${JSON.stringify(name.slice(0, 100))}, which is no name of a file beside it`,
    );
  if (sha512.length !== SHA512_CHARS || Buffer.from(sha512, 'base64').length !== 64)
    throw new Error(`the feed has no SHA-512 of ${name}`);
  if (!Number.isSafeInteger(bytes) || bytes <= 0 || bytes > MAX_PACKAGE)
    throw new Error(`the feed has no size of ${name}, in bytes up to ${MAX_PACKAGE}`);
  return { name, sha512, bytes };
}

/** Whether the first is the later one, as semantic versioning orders them: 1.0.0-beta.2 < 1.0.0-beta.10 < 1.0.0. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [VERSION.exec(version), VERSION.exec(than)];
  if (a === null || b === null) return false;
  for (const part of [1, 2, 3]) {
    const difference = Number(a[part]) - Number(b[part]);
    if (difference !== 0) return difference > 0;
  }
  return comparePrereleases(a[4], b[4]) > 0;
}

function comparePrereleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x, y] = [left[at], right[at]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const [m, n] = [Number(x), Number(y)];
    // Numbers by value and before words; words by their letters.
    const order =
      Number.isNaN(m) && Number.isNaN(n)
        ? x < y
          ? -1
          : x > y
            ? 1
            : 0
        : Number.isNaN(m)
          ? 1
          : Number.isNaN(n)
            ? -1
            : m - n;
    if (order !== 0) return order;
  }
  return 0;
}

/** How the file of a system is called: that of electron-builder. */
export function feedFile(platform: NodeJS.Platform, arch: string): string {
  if (platform === 'win32') return 'latest.yml';
  if (platform === 'darwin') return 'latest-mac.yml';
  return arch === 'x64' ? 'latest-linux.yml' : `latest-linux-${arch}.yml`;
}

/** The packages of Linux call processors by several names. */
const ARCH_WORDS: Readonly<Record<string, readonly string[]>> = {
  x64: ['x64', 'amd64', 'x86_64'],
  arm64: ['arm64', 'aarch64'],
};

/** The package for here: by its ending, and by the processor where there are several; undefined when the release has none. */
export function packageFor({ files }: Release, kind: PackageKind, arch: string): ReleaseFile | undefined {
  const ofKind = files.filter(({ name }) => name.endsWith(`.${kind}`));
  const words = ARCH_WORDS[arch] ?? [arch];
  const ofArch = ofKind.filter(({ name }) => words.some((word) => name.includes(word)));
  const [only] = ofKind;
  if (ofArch.length > 0) return ofArch[0];
  // One that names no processor at all is for each.
  const namesOther = Object.values(ARCH_WORDS)
    .flat()
    .some((word) => only?.name.includes(word));
  return ofKind.length === 1 && !namesOther ? only : undefined;
}
