/** Databases of NSS: Chromium's on Linux, and Firefox's in each profile. Asked and changed by certutil. */
import { onPath, type Machine } from '../machine.ts';
import { holdsCertificate, type Step } from './lines.ts';
import { NAME, type Asked, type Place, type TrustCa } from './store.ts';
import type { RunTool } from '../run-tool.ts';

const MISSING = { state: 'unknown', note: 'no-certutil' } as const;

/** Nicknames of ours in what `certutil -L` lists: a name, blanks, three kinds of trust (`C,,`). */
export function nicknames(listing: string): string[] {
  return listing.split('\n').flatMap((line) => {
    const text = line.trimEnd();
    const last = text.lastIndexOf(' ');
    return text.startsWith(NAME) && text.slice(last).includes(',') ? [text.slice(0, last).trimEnd()] : [];
  });
}

function certutilOf(machine: Machine): string | undefined {
  // Windows has another program of that name.
  return machine.platform === 'win32' ? undefined : onPath(machine, 'certutil');
}

/** A database in this folder; `makes` when it may be made where there is none. */
export function nssPlace(id: string, kind: 'nss' | 'firefox', folder: string, makes: boolean): Place {
  const database = `sql:${folder}`;
  return {
    id,
    kind,
    where: folder,
    install: (machine, ca): Step[] => [
      ...(machine.isFile(`${folder}/cert9.db`)
        ? []
        : [{ argv: ['mkdir', '-p', folder] }, { argv: ['certutil', '-N', '-d', database, '--empty-password'] }]),
      { argv: ['certutil', '-A', '-d', database, '-t', 'C,,', '-n', ca.nickname, '-i', ca.file] },
    ],
    async ask(machine: Machine, ca: TrustCa | undefined, run: RunTool): Promise<Asked> {
      if (!machine.isFile(`${folder}/cert9.db`))
        return {
          state: makes ? 'absent' : 'missing',
          ...(certutilOf(machine) === undefined && { note: 'no-certutil' }),
          remove: [],
        };
      const certutil = certutilOf(machine);
      if (certutil === undefined) return { ...MISSING, remove: [] };
      const listed = await run([certutil, '-L', '-d', database], 10_000);
      if (!listed.ok) return { state: 'unknown', note: 'failed', detail: listed.problem, remove: [] };
      const names = nicknames(listed.output);
      const remove: Step[] = names.map((name) => ({ argv: ['certutil', '-D', '-d', database, '-n', name] }));
      for (const name of ca === undefined ? [] : new Set(names)) {
        const shown = await run([certutil, '-L', '-d', database, '-n', name, '-a'], 10_000);
        if (holdsCertificate(shown.output, ca!.body)) return { state: 'trusted', remove };
      }
      return { state: names.length > 0 ? 'other' : 'absent', remove };
    },
  };
}

/** Sections with a `Path` in Firefox's profiles.ini, as folders. */
export function firefoxProfiles(ini: string, root: string, join: (...parts: string[]) => string): string[] {
  const folders: string[] = [];
  let path: string | undefined;
  let relative = true;
  const close = (): void => {
    if (path !== undefined) folders.push(relative ? join(root, path) : path);
    path = undefined;
    relative = true;
  };
  for (const raw of ini.split('\n').slice(0, 2000)) {
    const line = raw.trim();
    if (line.startsWith('[')) close();
    else if (line.startsWith('Path=')) path = line.slice(5);
    else if (line === 'IsRelative=0') relative = false;
  }
  close();
  return folders;
}
