/** Lines that point a client at the proxy, one per kind of client. Pure. */

export type ClientKind = 'shell' | 'powershell' | 'curl' | 'node' | 'python' | 'git' | 'chromium';

/** An address that listens on every interface is reached as loopback from this machine. */
function reachable(address: string): string {
  return address.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, '127.0.0.1');
}

export function connectLines(listening: string): { id: ClientKind; line: string }[] {
  const address = reachable(listening);
  const url = `http://${address}`;
  return [
    { id: 'curl', line: `curl -x ${url} http://example.com/` },
    { id: 'shell', line: `export http_proxy=${url} https_proxy=${url}` },
    { id: 'powershell', line: `$env:HTTP_PROXY='${url}'; $env:HTTPS_PROXY='${url}'` },
    { id: 'node', line: `NODE_USE_ENV_PROXY=1 HTTP_PROXY=${url} HTTPS_PROXY=${url} node app.mjs` },
    { id: 'python', line: `HTTP_PROXY=${url} HTTPS_PROXY=${url} python app.py` },
    { id: 'git', line: `git -c http.proxy=${url} fetch` },
    {
      id: 'chromium',
      line: `chromium --proxy-server=${address} --proxy-bypass-list='<-loopback>' --user-data-dir=/tmp/bsdm-profile`,
    },
  ];
}
