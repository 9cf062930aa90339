/** Commands and calls to a running core, as the window and as scripts send them. */
import type { CommandName, CommandParams, CommandResult } from '../../proxy-core/contract/commands.ts';
import { CONTRACT_VERSION, parseServerFrame } from '../../proxy-core/contract/frames.ts';
import type { HeadlessApp } from './headless-app.ts';

/** Sends one command over a WebSocket of its own; for commands whose result is JSON. */
export function command<N extends CommandName>(
  core: HeadlessApp,
  name: N,
  params: CommandParams<N>,
): Promise<CommandResult<N>> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${core.control.replace('http', 'ws')}/control`, ['bsdm', `token.${core.token}`]);
    const end = (settle: () => void): void => {
      settle();
      socket.close();
    };
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ t: 'hello', contractVersion: CONTRACT_VERSION }));
      socket.send(JSON.stringify({ t: 'call', id: 1, name, params }));
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const frame = typeof data === 'string' ? parseServerFrame(JSON.parse(data)) : null;
      // The core is the one just built: its results are what the contract says.
      if (frame?.t === 'ok') end(() => resolve(frame.result as CommandResult<N>));
      else if (frame?.t === 'fail') end(() => reject(new Error(`${name}: ${frame.error.message}`)));
    });
    socket.addEventListener('error', () => reject(new Error(`${name}: the control server was not reached`)));
    socket.addEventListener('close', () => reject(new Error(`${name}: the connection ended without an answer`)));
  });
}

/** A call of the control API; the answer as text. */
export async function api(core: HeadlessApp, path: string): Promise<string> {
  const answer = await fetch(core.control + path, { headers: { authorization: `Bearer ${core.token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}
