/** Where data is kept when nobody says otherwise. */
import os from 'node:os';
import path from 'node:path';

/** The platform's folder for a program's data. */
export function defaultDataDir(): string {
  const home = os.homedir();
  switch (process.platform) {
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'bsdm-proxy');
    case 'win32':
      return path.join(process.env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'bsdm-proxy');
    default:
      return path.join(process.env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'bsdm-proxy');
  }
}
