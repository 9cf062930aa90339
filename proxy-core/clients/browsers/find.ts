/** Where browsers are on each system, and which of them this machine has. Decides only; the file system is asked through the machine. */
import { BROWSER_FAMILIES, type BrowserFamily, type FoundBrowser } from '../../contract/clients.ts';
import { onPath, pathsOf, type Machine } from '../machine.ts';

interface Places {
  name: string;
  /** Programs on the search path. */
  linux: readonly string[];
  /** Beyond the search path. */
  linuxFiles?: readonly string[];
  /** Name of the program's bundle, and of the program in it. */
  darwin: readonly [bundle: string, program: string][];
  /** Below the folders where Windows keeps programs. */
  win32: readonly string[];
}

const PLACES: Record<BrowserFamily, Places> = {
  chromium: {
    name: 'Chromium',
    linux: ['chromium', 'chromium-browser'],
    darwin: [['Chromium.app', 'Chromium']],
    win32: ['Chromium\\Application\\chrome.exe'],
  },
  chrome: {
    name: 'Google Chrome',
    linux: ['google-chrome', 'google-chrome-stable', 'google-chrome-beta'],
    linuxFiles: ['/opt/google/chrome/chrome'],
    darwin: [['Google Chrome.app', 'Google Chrome']],
    win32: ['Google\\Chrome\\Application\\chrome.exe'],
  },
  edge: {
    name: 'Microsoft Edge',
    linux: ['microsoft-edge', 'microsoft-edge-stable'],
    linuxFiles: ['/opt/microsoft/msedge/msedge'],
    darwin: [['Microsoft Edge.app', 'Microsoft Edge']],
    win32: ['Microsoft\\Edge\\Application\\msedge.exe'],
  },
  brave: {
    name: 'Brave',
    linux: ['brave-browser', 'brave-browser-stable', 'brave'],
    linuxFiles: ['/opt/brave.com/brave/brave'],
    darwin: [['Brave Browser.app', 'Brave Browser']],
    win32: ['BraveSoftware\\Brave-Browser\\Application\\brave.exe'],
  },
  firefox: {
    name: 'Firefox',
    linux: ['firefox', 'firefox-esr'],
    linuxFiles: ['/opt/firefox/firefox'],
    darwin: [['Firefox.app', 'firefox']],
    win32: ['Mozilla Firefox\\firefox.exe'],
  },
};

const SNAP = '/snap/bin/';

/** Every file that may be this browser, the likeliest first. */
function placesOf(family: BrowserFamily, machine: Machine): string[] {
  const places = PLACES[family];
  const paths = pathsOf(machine);
  switch (machine.platform) {
    case 'darwin':
      return ['/Applications', paths.join(machine.home, 'Applications')].flatMap((folder) =>
        places.darwin.map(([bundle, program]) => paths.join(folder, bundle, 'Contents', 'MacOS', program)),
      );
    case 'win32':
      return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => {
        const folder = machine.env[name];
        return folder === undefined ? [] : places.win32.map((file) => paths.join(folder, file));
      });
    default:
      return [
        // First: where there is one, the program on the path is a script that starts it.
        ...places.linux.map((name) => `${SNAP}${name}`),
        ...places.linux.flatMap((name) => onPath(machine, name) ?? []),
        ...(places.linuxFiles ?? []),
      ];
  }
}

/** The browsers of this machine, one of each family. */
export function findBrowsers(machine: Machine): FoundBrowser[] {
  return BROWSER_FAMILIES.flatMap((family) => {
    const path = placesOf(family, machine).find((file) => machine.isFile(file));
    return path === undefined ? [] : [{ family, name: PLACES[family].name, path }];
  });
}

/** Folders in which profiles are made, this browser's first. A snap sees no hidden folder of the home but its own. */
export function profileRoot(browser: FoundBrowser, machine: Machine, usual: string): string {
  if (!browser.path.startsWith(SNAP) || machine.home === '') return usual;
  return `${machine.home}/snap/${browser.path.slice(SNAP.length)}/common/bsdm-proxy`;
}

/** Why no window of a browser can be shown; undefined when it can. */
export function noScreen(machine: Machine): string | undefined {
  if (machine.platform !== 'linux') return undefined;
  const { DISPLAY, WAYLAND_DISPLAY } = machine.env;
  return (DISPLAY ?? '') === '' && (WAYLAND_DISPLAY ?? '') === ''
    ? 'this machine has no screen: neither DISPLAY nor WAYLAND_DISPLAY is set where the proxy runs'
    : undefined;
}
