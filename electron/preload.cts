/**
 * Runs in the page's sandbox before the page: exposes the shell's verbs as `window.bsdmDesktop` and hands the core's port
 * to the page. CommonJS, because a sandboxed preload cannot be anything else; may require nothing but `electron`.
 */
import { contextBridge, ipcRenderer } from 'electron';
import {
  DESKTOP_CHANNELS,
  type CorePortMessage,
  type CoreProcessStatus,
  type DesktopApi,
  type ProcessUse,
  type ShellTarget,
} from './desktop-api.ts';

const listeners = new Set<(status: CoreProcessStatus) => void>();
let lastStatus: CoreProcessStatus | null = null;

ipcRenderer.on(DESKTOP_CHANNELS.status, (_event, status: CoreProcessStatus) => {
  lastStatus = status;
  for (const listener of listeners) listener(status);
});

// Ports cannot pass through contextBridge; a window message is the way Electron documents.
ipcRenderer.on(DESKTOP_CHANNELS.port, (event, nonce: string) => {
  const message: CorePortMessage = { type: 'bsdm-core-port', nonce };
  window.postMessage(message, '*', event.ports);
});

const updateListeners = new Set<(version: string | null) => void>();
let update: string | null = null;
ipcRenderer.on(DESKTOP_CHANNELS.update, (_event, version: string | null) => {
  update = version;
  for (const listener of updateListeners) listener(version);
});

let goTo: ((target: ShellTarget) => void) | null = null;
/** A place that was wanted before the page listened. */
let waiting: ShellTarget | null = null;
ipcRenderer.on(DESKTOP_CHANNELS.goTo, (_event, target: ShellTarget) => {
  if (goTo === null) waiting = target;
  else goTo(target);
});

const api: DesktopApi = {
  platform: process.platform,
  versions: {
    app: process.argv.find((arg) => arg.startsWith('--bsdm-version='))?.slice('--bsdm-version='.length) ?? '',
    electron: process.versions.electron,
    chrome: process.versions.chrome,
    node: process.versions.node,
  },
  onCoreStatus(listener) {
    listeners.add(listener);
    if (lastStatus !== null) listener(lastStatus);
    return () => listeners.delete(listener);
  },
  restartCore: () => ipcRenderer.invoke(DESKTOP_CHANNELS.restartCore) as Promise<void>,
  processes: () => ipcRenderer.invoke(DESKTOP_CHANNELS.processes) as Promise<ProcessUse[]>,
  openExternal: (url) => ipcRenderer.invoke(DESKTOP_CHANNELS.openExternal, url) as Promise<void>,
  setLanguage: (language) => ipcRenderer.send(DESKTOP_CHANNELS.language, language),
  onGoTo(listener) {
    goTo = listener;
    if (waiting !== null) listener(waiting);
    waiting = null;
    return () => (goTo = null);
  },
  onUpdate(listener) {
    updateListeners.add(listener);
    listener(update);
    return () => updateListeners.delete(listener);
  },
  showUpdate: () => ipcRenderer.send(DESKTOP_CHANNELS.showUpdate),
  requestCorePort: (nonce = '') => ipcRenderer.send(DESKTOP_CHANNELS.askPort, nonce),
};

contextBridge.exposeInMainWorld('bsdmDesktop', api);
ipcRenderer.send(DESKTOP_CHANNELS.askStatus);
