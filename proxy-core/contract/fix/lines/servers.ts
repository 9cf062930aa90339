/** The servers and frameworks that lines are made for. */
export const SERVERS = [
  'express',
  'nginx',
  'apache',
  'caddy',
  'django',
  'rails',
  'spring',
  'next',
  'cloudflare',
] as const;
export type ServerName = (typeof SERVERS)[number];
