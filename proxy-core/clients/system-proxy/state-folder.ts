/** Where the journal lies. The system's proxy is one for a user, so is the journal: every run of this program can put back. */
import { pathsOf, type Machine } from '../machine.ts';

/** The platform's folder for what a program remembers of this machine. */
export function stateFolder(machine: Machine): string {
  const { env, home } = machine;
  const join = (...parts: string[]): string => pathsOf(machine).join(...parts);
  switch (machine.platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'bsdm-proxy');
    case 'win32':
      return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'bsdm-proxy');
    default:
      return join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'bsdm-proxy');
  }
}
