/** How a browser is told of the proxy and its CA: command line for the Chromium family, preferences for Firefox. Pure. */

export interface BrowserSetup {
  /** Host and port of the proxy. */
  host: string;
  port: number;
  /** Folder of the profile, made for this browser alone. */
  profile: string;
  /** Base64 of the SHA-256 of the CA's public key; absent while there is no CA. */
  spkiSha256?: string | undefined;
  url: string;
  headless: boolean;
  /** The Chromium family does not start its sandbox for root, and not at all without being told so. */
  isRoot: boolean;
}

/** `[::1]:1488`, with the address that reaches a proxy listening on all. */
export function reachableHost(host: string): string {
  const named = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return named.includes(':') ? `[${named}]` : named;
}

export function chromiumArguments(setup: BrowserSetup): string[] {
  return [
    `--user-data-dir=${setup.profile}`,
    `--proxy-server=http://${reachableHost(setup.host)}:${setup.port}`,
    // Loopback too: what runs on this machine is what is looked at most.
    '--proxy-bypass-list=<-loopback>',
    // Of all certificates in the world those of this CA, and in this profile only.
    ...(setup.spkiSha256 === undefined ? [] : [`--ignore-certificate-errors-spki-list=${setup.spkiSha256}`]),
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-default-apps',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--hide-crash-restore-bubble',
    // No question for the password of a keychain: nothing of this profile is kept.
    '--password-store=basic',
    '--use-mock-keychain',
    ...(setup.isRoot ? ['--no-sandbox'] : []),
    ...(setup.headless ? ['--headless=new'] : []),
    setup.url,
  ];
}

export function firefoxArguments(setup: BrowserSetup): string[] {
  return [
    '--profile',
    setup.profile,
    '--no-remote',
    '--new-instance',
    ...(setup.headless ? ['--headless'] : []),
    setup.url,
  ];
}

/** What Firefox takes from the environment: only with this may its preferences name another server for its settings. */
export const FIREFOX_ENVIRONMENT = { MOZ_REMOTE_SETTINGS_DEVTOOLS: '1' } as const;

/** `user.js` of the profile: through the proxy, no first run, no calls home. */
export function firefoxPreferences({ host, port }: Pick<BrowserSetup, 'host' | 'port'>): string {
  // Without brackets: Firefox takes host and port apart itself.
  const name = reachableHost(host).replace('[', '').replace(']', '');
  const preferences: [string, string | number | boolean][] = [
    ['network.proxy.type', 1],
    ['network.proxy.http', name],
    ['network.proxy.http_port', port],
    ['network.proxy.ssl', name],
    ['network.proxy.ssl_port', port],
    ['network.proxy.no_proxies_on', ''],
    ['network.proxy.allow_hijacking_localhost', true],
    ['network.http.http3.enable', false],
    ['security.enterprise_roots.enabled', true],
    ['browser.shell.checkDefaultBrowser', false],
    ['browser.aboutwelcome.enabled', false],
    ['browser.startup.homepage_override.mstone', 'ignore'],
    ['browser.startup.page', 0],
    ['browser.newtabpage.enabled', false],
    ['startup.homepage_welcome_url', ''],
    ['startup.homepage_welcome_url.additional', ''],
    ['datareporting.policy.dataSubmissionEnabled', false],
    ['datareporting.policy.dataSubmissionPolicyBypassNotification', true],
    ['datareporting.healthreport.uploadEnabled', false],
    ['datareporting.usage.uploadEnabled', false],
    ['toolkit.telemetry.unified', false],
    ['app.normandy.enabled', false],
    ['app.update.auto', false],
    ['app.update.service.enabled', false],
    ['extensions.update.enabled', false],
    ['extensions.getAddons.cache.enabled', false],
    ['browser.safebrowsing.malware.enabled', false],
    ['browser.safebrowsing.phishing.enabled', false],
    ['browser.safebrowsing.downloads.remote.enabled', false],
    ['network.captive-portal-service.enabled', false],
    ['network.connectivity-service.enabled', false],
    ['network.prefetch-next', false],
    ['network.dns.disablePrefetch', true],
    ['services.settings.server', 'data:,'],
    ['browser.region.network.url', ''],
    ['dom.push.connection.enabled', false],
    ['browser.topsites.contile.enabled', false],
  ];
  return preferences.map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`).join('');
}
