/** How the page reaches a core: each way calls back with a fresh channel whenever there is one. */
import type { Channel } from '../../proxy-core/contract/frames.ts';
import type { CorePortMessage, CoreProcessStatus, DesktopApi } from '../../electron/desktop-api.ts';
import { makePortChannel } from './port-channel.ts';
import { makeSocketChannel } from './socket-channel.ts';
import { keepToken, takeToken } from './token.ts';

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
  /** The core refuses this page, for it has no token or not the core's; trying again would not help. */
  onRefused(token: 'none' | 'wrong'): void;
  onCoreStatus(status: CoreProcessStatus): void;
}

export interface Transport {
  kind: 'desktop' | 'browser' | 'demo';
  start(events: TransportEvents): void;
  /** Tries at once instead of waiting. */
  retryNow?(): void;
  /** Tries with this token. */
  giveToken?(token: string): void;
}

function isPortMessage(data: unknown): data is CorePortMessage {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === 'bsdm-core-port' &&
    'nonce' in data &&
    typeof data.nonce === 'string'
  );
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

/**
 * Whether the core says that this token is not its own. A browser does not tell why a WebSocket was not let in, so the
 * question is asked again as a plain request.
 */
async function isTokenRefused(token: string): Promise<boolean> {
  try {
    return (await fetch('/api/info', { headers: { Authorization: `Bearer ${token}` } })).status === 401;
  } catch {
    return false; // nobody there: worth another try
  }
}

/** The browser UI: a WebSocket to the address the page came from, reopened with growing pauses. */
export function browserTransport(): Transport {
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let open = (): void => undefined;
  return {
    kind: 'browser',
    start(events) {
      open = () => {
        clearTimeout(timer);
        timer = undefined;
        const token = takeToken();
        if (token === null) return events.onRefused('none');
        const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
        let socket: WebSocket;
        try {
          socket = new WebSocket(`${scheme}://${location.host}/control`, ['bsdm', `token.${token}`]);
        } catch {
          return events.onRefused('wrong'); // no header could carry it
        }
        let opened = false;
        socket.addEventListener('open', () => {
          opened = true;
          attempt = 0;
          events.onChannel(makeSocketChannel(socket));
        });
        socket.addEventListener('close', () => void closed(token, opened));
      };
      const closed = async (token: string, opened: boolean): Promise<void> => {
        events.onLost();
        if (!opened && (await isTokenRefused(token))) return events.onRefused('wrong');
        attempt++;
        const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
        events.onRetry(attempt, Date.now() + wait);
        timer = setTimeout(open, wait);
      };
      // The printed address opened in a tab that shows the page already: the browser changes no more than the hash.
      window.addEventListener('hashchange', () => {
        if (new URLSearchParams(location.hash.slice(1)).has('token')) location.reload();
      });
      open();
    },
    giveToken: (token) => {
      keepToken(token);
      open();
    },
    retryNow: () => {
      if (timer !== undefined) open();
    },
  };
}
