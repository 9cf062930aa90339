/** The hosts that programs ask past the system proxy. */

const MAX_HOSTS = 200;
const ALLOWED = 'abcdefghijklmnopqrstuvwxyz0123456789.-_*:[]/%';

/** The hosts of a list with commas, undefined when one of them could be something else on a command line or in a file. */
export function parseBypass(text: string): string[] | undefined {
  const hosts = text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  const isHost = (host: string): boolean =>
    host.length <= 255 && !host.startsWith('-') && [...host.toLowerCase()].every((char) => ALLOWED.includes(char));
  return hosts.length <= MAX_HOSTS && hosts.every(isHost) ? hosts : undefined;
}
