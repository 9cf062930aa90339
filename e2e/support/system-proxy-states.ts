/** What may be set before the system proxy is switched on. */
import fs from 'node:fs';
import path from 'node:path';
import { SCHEMA, type DesktopSession } from './desktop-session.ts';

export const BEFORE: Record<string, (session: DesktopSession) => void> = {
  none: () => undefined,
  'a proxy of its own': ({ gsettings, folder }) => {
    gsettings('set', `${SCHEMA}.http`, 'host', "'proxy.corp'");
    gsettings('set', `${SCHEMA}.http`, 'port', '3128');
    gsettings('set', `${SCHEMA}.http`, 'use-authentication', 'true');
    gsettings('set', SCHEMA, 'ignore-hosts', "['it\\'s', '*.corp']");
    gsettings('set', SCHEMA, 'mode', "'manual'");
    fs.writeFileSync(
      path.join(folder, 'config', 'kioslaverc'),
      '[Proxy Settings]\nNoProxyFor=a b,*.corp\nProxyType=1\nReversedException=true\nhttpProxy=http://eve:hunter2@proxy.corp 3128\n',
    );
  },
  'a PAC file': ({ gsettings, folder }) => {
    gsettings('set', SCHEMA, 'autoconfig-url', "'http://pac.corp/a b.pac'");
    gsettings('set', SCHEMA, 'mode', "'auto'");
    fs.writeFileSync(
      path.join(folder, 'config', 'kioslaverc'),
      '[Proxy Settings]\nProxy Config Script=http://pac.corp/a.pac\nProxyType=2\n',
    );
  },
};
