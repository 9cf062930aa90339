/** The commands about the CA and about interception. */
import type { CommandHandlers } from '../../../contract/commands.ts';
import { canonicalHost } from '../../../http/host.ts';
import { bracketed } from '../../../contract/address.ts';
import { CommandError } from '../../../contract/errors.ts';
import { parseHostPatterns, withHost } from '../../../contract/host-patterns.ts';
import type { Settings, SettingsSnapshot } from '../../../contract/settings.ts';
import type { CaStore } from './ca.ts';
import type { Interceptor } from './interceptor.ts';
import { pkcs12 } from './pkcs12.ts';

/** What Java calls the usual one. */
const USUAL_PASSWORD = 'changeit';

export interface HttpsDeps {
  ca: CaStore;
  interceptor: Interceptor;
  settings: () => Settings;
  change: (patch: Partial<Settings>) => Promise<SettingsSnapshot>;
}

type HttpsHandlers = Pick<CommandHandlers, Extract<keyof CommandHandlers, `ca.${string}` | `interception.${string}`>>;

export function httpsCommands({ ca, interceptor, settings, change }: HttpsDeps): HttpsHandlers {
  return {
    'ca.info': () => ca.state(),
    'ca.make': () => {
      ca.use();
      return ca.state();
    },
    'ca.export': ({ format, password }) => {
      const { der, info } = ca.use();
      const bytes =
        format === 'pem'
          ? Buffer.from(info.pem)
          : format === 'der'
            ? der
            : pkcs12(der, info.subject.split('CN=').pop() ?? info.subject, password ?? USUAL_PASSWORD);
      return { meta: { offset: 0, total: bytes.length }, bytes };
    },
    'ca.renew': () => {
      ca.renew();
      interceptor.retireAll();
      return ca.state();
    },
    'ca.remove': () => {
      const removed = ca.remove();
      interceptor.retireAll();
      return { removed };
    },
    'interception.status': () => interceptor.status(),
    'interception.tunnelHost': async ({ host }) => {
      const named = canonicalHost(bracketed(host.trim()));
      // One item of the list it goes into, and no pattern.
      const isOne = named.ok && parseHostPatterns(named.hostname)?.length === 1 && !/[*?]/.test(named.hostname);
      if (!isOne)
        throw new CommandError('bad-params', `${JSON.stringify(host)} is not a host`, 'Patterns go into the settings.');
      const snapshot = await change({ interceptExcept: withHost(settings().interceptExcept, named.hostname) });
      interceptor.forget(named.hostname);
      return snapshot;
    },
  };
}
