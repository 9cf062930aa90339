/** Where the journal lies. The system's proxy is one for a user, so is the journal: every run of this program can put back. */
import { folderNamed } from '../home.ts';
import { pathsOf, type Machine } from '../machine.ts';

/** The platform's folder for what a program remembers of this machine; '' for a user who has no place for it. */
export function stateFolder(machine: Machine): string {
  const { env, home } = machine;
  const join = (...parts: string[]): string => pathsOf(machine).join(...parts);
  const inHome = (...parts: string[]): string => (home === '' ? '' : join(home, ...parts));
  switch (machine.platform) {
    case 'darwin':
      return inHome('Library', 'Application Support', 'bsdm-proxy');
    case 'win32':
      return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'bsdm-proxy');
    default: {
      const named = folderNamed(env, 'XDG_STATE_HOME');
      return named === undefined ? inHome('.local', 'state', 'bsdm-proxy') : join(named, 'bsdm-proxy');
    }
  }
}
