/**
 * How programs are told of this proxy and its CA by environment variables, and the lines that set them in a shell. Pure:
 * the window shows them, `run` uses them.
 */

/** What the variables are made of. */
export interface ClientSetup {
  /** `127.0.0.1:1488`. */
  proxy: string;
  /** File with the CA's certificate, for programs that add to the roots they have. Absent without interception. */
  caFile?: string;
  /** File with the system's roots and this CA, for programs whose variable replaces the roots. */
  bundleFile?: string;
  /** A Java trust store (PKCS #12, password `changeit`) with Java's roots and this CA. */
  javaTrustStore?: string;
}

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell', 'cmd'] as const;
export type Shell = (typeof SHELLS)[number];

export type Variable = readonly [name: string, value: string];

/** Java's own password for trust stores; it protects nothing, certificates are public. */
export const JAVA_STORE_PASSWORD = 'changeit';

/** Host and port of `127.0.0.1:1488` or `[::1]:1488`. */
function splitProxy(proxy: string): [host: string, port: string] {
  const colon = proxy.lastIndexOf(':');
  return [proxy.slice(0, colon), proxy.slice(colon + 1)];
}

function javaOptions({ proxy, javaTrustStore }: ClientSetup): string {
  const [host, port] = splitProxy(proxy);
  const bare = host.replace(/^\[|\]$/g, '');
  const options = ['http', 'https'].flatMap((scheme) => [
    `-D${scheme}.proxyHost=${bare}`,
    `-D${scheme}.proxyPort=${port}`,
  ]);
  // Java leaves loopback out unless told otherwise.
  options.push('-Dhttp.nonProxyHosts=');
  if (javaTrustStore !== undefined)
    options.push(
      `-Djavax.net.ssl.trustStore="${javaTrustStore}"`,
      '-Djavax.net.ssl.trustStoreType=PKCS12',
      `-Djavax.net.ssl.trustStorePassword=${JAVA_STORE_PASSWORD}`,
    );
  return options.join(' ');
}

/** The variables, in the order in which they are shown. */
export function clientVariables(setup: ClientSetup): Variable[] {
  const url = `http://${setup.proxy}`;
  const out: Variable[] = [
    // Which case is read depends on the program; curl reads http_proxy in lower case only.
    ['HTTP_PROXY', url],
    ['HTTPS_PROXY', url],
    ['http_proxy', url],
    ['https_proxy', url],
    ['NO_PROXY', ''],
    ['no_proxy', ''],
    ['NODE_USE_ENV_PROXY', '1'],
    ['npm_config_proxy', url],
    ['npm_config_https_proxy', url],
    ['npm_config_noproxy', ''],
    ['JAVA_TOOL_OPTIONS', javaOptions(setup)],
  ];
  const { caFile, bundleFile } = setup;
  if (caFile !== undefined)
    // Node (npm, yarn, Electron), Deno.
    out.push(['NODE_EXTRA_CA_CERTS', caFile], ['DENO_CERT', caFile]);
  if (bundleFile !== undefined)
    for (const name of [
      'SSL_CERT_FILE', // OpenSSL, Go, Ruby, .NET and PHP on Linux
      'CURL_CA_BUNDLE',
      'REQUESTS_CA_BUNDLE', // Python requests
      'PIP_CERT',
      'GIT_SSL_CAINFO',
      'npm_config_cafile',
      'AWS_CA_BUNDLE',
      'CARGO_HTTP_CAINFO',
    ])
      out.push([name, bundleFile]);
  return out;
}

/** On Windows names differ by more than case, or they are one variable. */
export function forWindows(variables: readonly Variable[]): Variable[] {
  const seen = new Set<string>();
  return variables.filter(([name]) => {
    const upper = name.toUpperCase();
    if (seen.has(upper)) return false;
    seen.add(upper);
    return true;
  });
}

/** `it's` as one word of a POSIX shell. */
const quotePosix = (value: string): string => `'${value.replace(/'/g, `'\\''`)}'`;
/** The same for fish, where a backslash inside quotes counts too. */
const quoteFish = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;
const quotePowerShell = (value: string): string => `'${value.replace(/['‘’‚‛]/g, '$&$&')}'`;
/** Inside the quotes of `set "name=value"` only a percent sign means something. */
const escapeCmd = (value: string): string => value.replace(/%/g, '%%');

/** Lines to paste into a shell; they hold for that shell and what is started from it. */
export function shellLines(shell: Shell, variables: readonly Variable[]): string[] {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return variables.map(([name, value]) => `export ${name}=${quotePosix(value)}`);
    case 'fish':
      return variables.map(([name, value]) => `set -gx ${name} ${quoteFish(value)}`);
    case 'powershell':
      return forWindows(variables).map(([name, value]) => `$env:${name} = ${quotePowerShell(value)}`);
    case 'cmd':
      return forWindows(variables).map(([name, value]) => `set "${name}=${escapeCmd(value)}"`);
  }
}

/** Lines that undo {@link shellLines}. */
export function unsetLines(shell: Shell, variables: readonly Variable[]): string[] {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return [`unset ${variables.map(([name]) => name).join(' ')}`];
    case 'fish':
      return [`set -e ${variables.map(([name]) => name).join(' ')}`];
    case 'powershell':
      return forWindows(variables).map(([name]) => `Remove-Item -ErrorAction Ignore Env:${name}`);
    case 'cmd':
      return forWindows(variables).map(([name]) => `set "${name}="`);
  }
}
