/** The part of the table of settings about what is inside TLS. */
import { INTERCEPT_MODES, type SettingKey, type SettingSpec } from './settings.ts';

type HttpsKey = Extract<SettingKey, `intercept${string}` | `ca${'Certificate' | 'Key'}File`>;

export const HTTPS_SPECS: { readonly [K in HttpsKey]: SettingSpec } = {
  intercept: {
    group: 'https',
    type: 'enum',
    default: 'off',
    values: INTERCEPT_MODES,
    env: 'BSDM_INTERCEPT',
    flag: 'intercept',
    help: 'decrypt TLS tunnels: off, listed (the hosts of --intercept-hosts) or all (but those of --intercept-except)',
  },
  interceptHosts: {
    group: 'https',
    type: 'string',
    default: '',
    maxLength: 16_384,
    check: 'host-patterns',
    env: 'BSDM_INTERCEPT_HOSTS',
    flag: 'intercept-hosts',
    help: 'hosts whose tunnels are decrypted in the mode listed: names, addresses, * for any run of characters, :port for one port only',
  },
  interceptExcept: {
    group: 'https',
    type: 'string',
    default: '',
    maxLength: 16_384,
    check: 'host-patterns',
    env: 'BSDM_INTERCEPT_EXCEPT',
    flag: 'intercept-except',
    help: 'hosts that stay tunnels in any mode, for clients that accept no other certificate',
  },
  caCertificateFile: {
    group: 'https',
    type: 'string',
    default: '',
    maxLength: 4096,
    env: 'BSDM_CA_CERTIFICATE',
    flag: 'ca-certificate',
    help: 'file with your own CA certificate (PEM, those above it behind it) instead of the one made here',
  },
  caKeyFile: {
    group: 'https',
    type: 'string',
    default: '',
    maxLength: 4096,
    env: 'BSDM_CA_KEY',
    flag: 'ca-key',
    help: 'file with the key of your own CA (PEM, no passphrase)',
  },
};
