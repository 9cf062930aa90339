/** Lines that point a client at the proxy, one per kind of client, as each system's usual shell takes them. Pure. */

export const PLATFORMS = ['linux', 'mac', 'windows'] as const;
export type Platform = (typeof PLATFORMS)[number];
export type ClientKind = 'curl' | 'shell' | 'powershell' | 'cmd' | 'browser' | 'node' | 'python' | 'git';

/** The system this page runs on, by what the browser says of it. */
export function platformOf(said: string): Platform {
  if (said.includes('Win')) return 'windows';
  return said.includes('Mac') ? 'mac' : 'linux';
}

/** An address that listens on every interface is reached as loopback from this machine. */
export function reachable(address: string): string {
  return address.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, '127.0.0.1');
}

/** Loopback too goes through the proxy: what runs on this machine is what is looked at most. */
const browserFlags = (address: string): string => `--proxy-server=http://${address} --proxy-bypass-list='<-loopback>'`;

function unixLines(url: string, address: string, platform: Platform): { id: ClientKind; line: string }[] {
  const browser =
    platform === 'mac'
      ? `open -na 'Google Chrome' --args ${browserFlags(address)} --user-data-dir=/tmp/bsdm-profile`
      : `chromium ${browserFlags(address)} --user-data-dir=/tmp/bsdm-profile`;
  return [
    { id: 'curl', line: `curl -x ${url} http://example.com/` },
    { id: 'shell', line: `export http_proxy=${url} https_proxy=${url}` },
    { id: 'browser', line: browser },
    { id: 'node', line: `NODE_USE_ENV_PROXY=1 http_proxy=${url} https_proxy=${url} node app.mjs` },
    { id: 'python', line: `http_proxy=${url} https_proxy=${url} python3 app.py` },
    { id: 'git', line: `git -c http.proxy=${url} fetch` },
  ];
}

function windowsLines(url: string, address: string): { id: ClientKind; line: string }[] {
  const set = `$env:HTTP_PROXY = $env:HTTPS_PROXY = '${url}'`;
  // A doubled quote is one inside quotes: the name of the folder may have a space.
  const flags = `--proxy-server=http://${address} --proxy-bypass-list=<-loopback> --user-data-dir=""$env:TEMP\\bsdm-profile""`;
  return [
    { id: 'curl', line: `curl.exe -x ${url} http://example.com/` },
    { id: 'powershell', line: set },
    { id: 'cmd', line: `set HTTP_PROXY=${url}&& set HTTPS_PROXY=${url}` },
    { id: 'browser', line: `Start-Process chrome "${flags}"` },
    { id: 'node', line: `${set}; $env:NODE_USE_ENV_PROXY = '1'; node app.mjs` },
    { id: 'python', line: `${set}; python app.py` },
    { id: 'git', line: `git -c http.proxy=${url} fetch` },
  ];
}

/** `listening` is `host:port` as the core tells it. */
export function connectLines(listening: string, platform: Platform): { id: ClientKind; line: string }[] {
  const address = reachable(listening);
  const url = `http://${address}`;
  return platform === 'windows' ? windowsLines(url, address) : unixLines(url, address, platform);
}
