/** How the page reaches a core: each way calls back with a fresh channel whenever there is one. */
import type { Channel } from '../../proxy-core/contract/frames.ts';
import type { CorePortMessage, CoreProcessStatus, DesktopApi } from '../../electron/desktop-api.ts';
import { makePortChannel } from './port-channel.ts';
import { makeSocketChannel } from './socket-channel.ts';
import { takeToken } from './token.ts';

declare global {
  interface Window {
    readonly bsdmDesktop?: DesktopApi;
  }
}

export interface TransportEvents {
  /** A wire to the core is open. A new one replaces the one before. */
  onChannel(channel: Channel): void;
  /** The core at the other end is gone; a new channel may follow. */
  onLost(): void;
  /** Waiting to try again. */
  onRetry(attempt: number, retryAtMs: number): void;
  /** The core refuses this page; trying again would not help. */
  onRefused(): void;
  onCoreStatus(status: CoreProcessStatus): void;
}

export interface Transport {
  kind: 'desktop' | 'browser' | 'demo';
  start(events: TransportEvents): void;
  /** Tries at once instead of waiting. */
  retryNow?(): void;
}

function isPortMessage(data: unknown): data is CorePortMessage {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'bsdm-core-port' && 'nonce' in data && typeof data.nonce === 'string';
}

/** The desktop shell posts the core's port to the page, again after each restart of the core. */
export function desktopTransport(desktop: DesktopApi): Transport {
  return {
    kind: 'desktop',
    start(events) {
      const nonce = crypto.randomUUID();
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (event.source !== window || !isPortMessage(event.data) || event.data.nonce !== nonce) return;
        const port = event.ports[0];
        if (port !== undefined) events.onChannel(makePortChannel(port));
      });
      desktop.requestCorePort(nonce);
      desktop.onCoreStatus((status) => {
        events.onCoreStatus(status);
        if (status.state !== 'running' && status.state !== 'starting') events.onLost();
      });
    },
  };
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** How a server closes a socket whose token or origin it refuses. */
const POLICY_CLOSE = 1008;

/** The browser UI: a WebSocket to the address the page came from, reopened with growing pauses. */
export function browserTransport(): Transport {
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let open = (): void => undefined;
  return {
    kind: 'browser',
    start(events) {
      const token = takeToken();
      open = () => {
        clearTimeout(timer);
        timer = undefined;
        const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
        const socket = new WebSocket(`${scheme}://${location.host}/control`, ['bsdm', ...(token === null ? [] : [`token.${token}`])]);
        socket.addEventListener('open', () => {
          attempt = 0;
          events.onChannel(makeSocketChannel(socket));
        });
        socket.addEventListener('close', (event) => {
          events.onLost();
          if (event.code === POLICY_CLOSE || token === null) return events.onRefused();
          attempt++;
          const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
          events.onRetry(attempt, Date.now() + wait);
          timer = setTimeout(open, wait);
        });
      };
      open();
    },
    retryNow: () => {
      if (timer !== undefined) open();
    },
  };
}
