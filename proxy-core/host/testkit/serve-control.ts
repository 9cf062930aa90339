/** The control server of a core that runs in this process, on a free port, as `bin/` opens it. */
import type { Core } from '../../core.ts';
import { openControlServer, type ControlServer } from '../control-server.ts';

/** What the tests that serve a core differ in. */
export interface ServedBeside {
  token?: string;
  metrics?: () => Promise<{ text: string; type: string }>;
  metricsOpen?: () => boolean;
}

export function serveControl(
  core: Core,
  { token = 't', metrics, metricsOpen }: ServedBeside = {},
): Promise<ControlServer> {
  return openControlServer(0, {
    token,
    core: { name: 'core', version: '1', handlers: core.handlers, streams: core.streams },
    rest: {
      handlers: core.handlers,
      sessionId: core.sessionId,
      startedAtMs: core.startedAtMs,
      version: '1',
      now: Date.now,
      metrics: metrics ?? (() => Promise.resolve({ text: '', type: 'text/plain' })),
    },
    uiRoot: undefined,
    metricsOpen: metricsOpen ?? (() => false),
  });
}
