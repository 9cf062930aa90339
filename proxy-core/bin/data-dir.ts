/** Where data is kept when nobody says otherwise. */
import path from 'node:path';
import { folderNamed, homeFolder } from '../clients/home.ts';

/** The platform's folder for a program's data. Throws, in words, for a user who has none. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env, home = homeFolder(env)): string {
  const inHome = (...parts: string[]): string => {
    if (home === '')
      throw new Error(
        'this user has no home folder (no HOME, no entry in the list of users); say where files are to be kept: --data-dir DIR or BSDM_DATA_DIR',
      );
    return path.join(home, ...parts);
  };
  switch (process.platform) {
    case 'darwin':
      return inHome('Library', 'Application Support', 'bsdm-proxy');
    case 'win32':
      return path.join(folderNamed(env, 'APPDATA') ?? inHome('AppData', 'Roaming'), 'bsdm-proxy');
    default:
      return path.join(folderNamed(env, 'XDG_DATA_HOME') ?? inHome('.local', 'share'), 'bsdm-proxy');
  }
}
