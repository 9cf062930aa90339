/** Names of the servers as their makers write them; the same in every language. */
import type { ServerName } from '../../../proxy-core/contract/fix/lines/servers.ts';

export const SERVER_NAMES: Record<ServerName, string> = {
  express: 'Express',
  nginx: 'nginx',
  apache: 'Apache',
  caddy: 'Caddy',
  django: 'Django',
  rails: 'Rails',
  spring: 'Spring',
  next: 'Next.js',
  cloudflare: 'Cloudflare',
};
