/** The stores of each system. Paths and commands in one table a system, so that they can be read and proved without it. */
import { onPath, pathsOf, type Machine } from '../machine.ts';
import type { RunTool } from '../run-tool.ts';
import { holdsCertificate, type Step } from './lines.ts';
import { firefoxProfiles, nssPlace } from './nss.ts';
import { ALIAS, NAME, type Asked, type Place, type TrustCa } from './store.ts';

/** Profiles of Firefox that are looked at. */
const MAX_PROFILES = 12;

/** How distributions of Linux take a certificate in: where it is put, and what is run then. */
const LINUX = [
  {
    tool: 'update-ca-certificates',
    anchors: '/usr/local/share/ca-certificates',
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    again: ['--fresh'],
  },
  {
    tool: 'update-ca-trust',
    anchors: '/etc/pki/ca-trust/source/anchors',
    bundle: '/etc/pki/tls/certs/ca-bundle.crt',
    again: [],
  },
  {
    tool: 'update-ca-trust',
    anchors: '/etc/ca-certificates/trust-source/anchors',
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    again: [],
  },
] as const;

function linuxSystem(machine: Machine): Place {
  // The last two share the tool's name; the bundle tells them apart.
  const way = LINUX.find(({ tool, bundle }) => onPath(machine, tool) !== undefined && machine.isFile(bundle));
  const anchor = `${way?.anchors ?? ''}/${ALIAS}.crt`;
  return {
    id: 'system',
    kind: 'system',
    where: way?.bundle ?? '/etc/ssl/certs',
    install: (_machine, ca) =>
      way === undefined
        ? []
        : [
            { argv: ['install', '-m', '644', ca.file, anchor], root: true },
            { argv: [way.tool], root: true },
          ],
    async ask(_machine, ca, run): Promise<Asked> {
      if (way === undefined) return { state: 'unknown', note: 'not-known', remove: [] };
      const isAnchored = machine.isFile(anchor);
      const isTrusted = ca !== undefined && holdsCertificate(machine.read(way.bundle), ca.body);
      const remove: Step[] = isAnchored
        ? [
            { argv: ['rm', '-f', anchor], root: true },
            { argv: [way.tool, ...way.again], root: true },
            ...(await debianJava(machine, run)),
          ]
        : [];
      return { state: isTrusted ? 'trusted' : isAnchored ? 'other' : 'absent', remove };
    },
  };
}

const DEBIAN_JAVA = '/etc/ssl/certs/java/cacerts';

/** Debian copies the system's anchors into Java's store, and forgets to take them out again. */
async function debianJava(machine: Machine, run: RunTool): Promise<Step[]> {
  const keytool = onPath(machine, 'keytool');
  if (keytool === undefined || !machine.isFile(DEBIAN_JAVA)) return [];
  const one = ['-keystore', DEBIAN_JAVA, '-storepass', 'changeit', '-alias', `debian:${ALIAS}.pem`];
  const { ok } = await run([keytool, '-list', ...one], 30_000);
  return ok ? [{ argv: ['keytool', '-delete', ...one], root: true }] : [];
}

/** `SHA-256 hash: …` and `SHA-1 hash: …` of each certificate that `security find-certificate -a -Z` prints. */
export function keychainHashes(output: string): { sha256: string; sha1: string }[] {
  const found: { sha256: string; sha1: string }[] = [];
  let sha256 = '';
  for (const line of output.split('\n')) {
    const value = line.slice(line.lastIndexOf(' ') + 1).trim();
    if (line.startsWith('SHA-256 hash:')) sha256 = value;
    else if (line.startsWith('SHA-1 hash:')) found.push({ sha256, sha1: value });
  }
  return found;
}

function darwinSystem(machine: Machine): Place {
  const keychain = `${machine.home}/Library/Keychains/login.keychain-db`;
  return {
    id: 'system',
    kind: 'system',
    where: keychain,
    install: (_machine, ca) => [
      { argv: ['security', 'add-trusted-cert', '-r', 'trustRoot', '-p', 'ssl', '-k', keychain, ca.file] },
    ],
    async ask(_machine, ca, run) {
      const { ok, output } = await run(['security', 'find-certificate', '-a', '-c', NAME, '-Z', keychain], 10_000);
      const ours = ok ? keychainHashes(output) : [];
      const hash = ca?.fingerprint256.replaceAll(':', '');
      return {
        state: ours.some(({ sha256 }) => sha256 === hash) ? 'trusted' : ours.length > 0 ? 'other' : 'absent',
        remove: ours.map(({ sha1 }) => ({ argv: ['security', 'delete-certificate', '-Z', sha1, '-t', keychain] })),
      };
    },
  };
}

function windowsSystem(): Place {
  return {
    id: 'system',
    kind: 'system',
    where: 'Cert:\\CurrentUser\\Root',
    install: (_machine, ca) => [{ argv: ['certutil', '-user', '-addstore', 'Root', ca.file] }],
    async ask(_machine, ca, run) {
      // By name: words of certutil are in the language of the system, names are not.
      const { ok } = await run(['certutil', '-user', '-store', 'Root', NAME], 10_000);
      const remove: Step[] = ok ? [{ argv: ['certutil', '-user', '-delstore', 'Root', NAME] }] : [];
      if (ca === undefined || !ok) return { state: ok ? 'other' : 'absent', remove };
      const dump = await run(['certutil', '-user', '-verifystore', 'Root', NAME], 10_000);
      const hash = ca.fingerprint256.replaceAll(':', '').toLowerCase();
      return { state: dump.output.replaceAll(' ', '').toLowerCase().includes(hash) ? 'trusted' : 'other', remove };
    },
  };
}

/** Where Java keeps its roots: beside the program, or as JAVA_HOME says. */
function javaPlace(machine: Machine): Place | undefined {
  const paths = pathsOf(machine);
  const keytool = onPath(machine, 'keytool');
  const home = machine.env['JAVA_HOME'];
  const cacerts = [
    ...(home === undefined || home === '' ? [] : [paths.join(home, 'lib', 'security', 'cacerts')]),
    '/etc/ssl/certs/java/cacerts',
    '/etc/pki/java/cacerts',
  ].find((file) => machine.isFile(file));
  if (keytool === undefined && cacerts === undefined) return undefined;
  const store = cacerts === undefined ? ['-cacerts'] : ['-keystore', cacerts];
  const password = ['-storepass', 'changeit'];
  return {
    id: 'java',
    kind: 'java',
    where: cacerts ?? 'cacerts',
    install: (_machine, ca) => [
      {
        argv: ['keytool', '-importcert', '-noprompt', ...store, ...password, '-alias', ca.alias, '-file', ca.file],
        root: true,
      },
    ],
    async ask(_machine, ca, run) {
      if (keytool === undefined) return { state: 'unknown', note: 'no-keytool', remove: [] };
      const { ok, output, problem } = await run([keytool, '-list', ...store, ...password], 30_000);
      if (!ok) return { state: 'unknown', note: 'failed', detail: problem, remove: [] };
      const aliases = output
        .split('\n')
        .flatMap((line) =>
          line.startsWith(ALIAS) || line.startsWith(`debian:${ALIAS}`)
            ? [line.slice(0, Math.max(0, line.indexOf(',')))]
            : [],
        );
      const isTrusted = ca !== undefined && output.includes(ca.fingerprint256);
      return {
        state: isTrusted ? 'trusted' : aliases.length > 0 ? 'other' : 'absent',
        remove: aliases.map((alias) => ({
          argv: ['keytool', '-delete', ...store, ...password, '-alias', alias],
          root: true,
        })),
      };
    },
  };
}

/** Node reads one file more than it has built in when it starts, if the environment names one. */
function nodePlace(machine: Machine): Place {
  const isPosix = machine.platform !== 'win32';
  return {
    id: 'node',
    kind: 'node',
    where: 'NODE_EXTRA_CA_CERTS',
    install: () => [],
    ask: (_machine, ca: TrustCa | undefined): Promise<Asked> => {
      const file = machine.env['NODE_EXTRA_CA_CERTS'];
      const isTrusted = ca !== undefined && file !== undefined && holdsCertificate(machine.read(file), ca.body);
      return Promise.resolve({ state: isTrusted ? 'trusted' : 'absent', note: 'by-shell', remove: [] });
    },
    byShell: isPosix
      ? {
          install: (ca) => `export NODE_EXTRA_CA_CERTS='${ca.file.replaceAll("'", `'\\''`)}'`,
          remove: 'unset NODE_EXTRA_CA_CERTS',
        }
      : {
          install: (ca) => `$env:NODE_EXTRA_CA_CERTS = '${ca.file.replaceAll("'", "''")}'`,
          remove: 'Remove-Item Env:NODE_EXTRA_CA_CERTS',
        },
  };
}

function firefoxPlaces(machine: Machine): Place[] {
  const { home, env, platform } = machine;
  const paths = pathsOf(machine);
  if (home === '' && platform !== 'win32') return [];
  const roots =
    platform === 'darwin'
      ? [`${home}/Library/Application Support/Firefox`]
      : platform === 'win32'
        ? env['APPDATA'] === undefined
          ? []
          : [paths.join(env['APPDATA'], 'Mozilla', 'Firefox')]
        : [
            `${home}/.mozilla/firefox`,
            `${home}/snap/firefox/common/.mozilla/firefox`,
            `${home}/.var/app/org.mozilla.firefox/.mozilla/firefox`,
          ];
  return roots
    .flatMap((root) =>
      firefoxProfiles(machine.read(paths.join(root, 'profiles.ini')) ?? '', root, (...parts) => paths.join(...parts)),
    )
    .filter((folder) => machine.isFile(paths.join(folder, 'cert9.db')))
    .slice(0, MAX_PROFILES)
    .map((folder) => nssPlace(`firefox:${folder}`, 'firefox', folder, false));
}

/** The stores this machine may have, in the order in which they are shown. */
export function trustPlaces(machine: Machine): Place[] {
  const java = javaPlace(machine);
  const system =
    machine.platform === 'darwin'
      ? darwinSystem(machine)
      : machine.platform === 'win32'
        ? windowsSystem()
        : linuxSystem(machine);
  return [
    system,
    ...(machine.platform === 'linux' && machine.home !== ''
      ? [nssPlace('nss', 'nss', `${machine.home}/.pki/nssdb`, true)]
      : []),
    ...firefoxPlaces(machine),
    ...(java === undefined ? [] : [java]),
    nodePlace(machine),
  ];
}
