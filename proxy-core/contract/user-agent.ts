/** A User-Agent in two words: what a person calls that program, and its first version number. */

/** Longest name that is told. */
const MAX_NAME = 32;

/** Products that stand among those of others, the most particular first. */
const KNOWN: readonly [product: string, name: string][] = [
  ['Electron/', 'Electron'],
  ['Edg/', 'Edge'],
  ['EdgA/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Vivaldi/', 'Vivaldi'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['Firefox/', 'Firefox'],
  ['FxiOS/', 'Firefox'],
  ['HeadlessChrome/', 'Chrome headless'],
  ['Chrome/', 'Chrome'],
  ['CriOS/', 'Chrome'],
];

/** `Firefox 152`, `curl 8`; undefined where nothing is said. Reads a bounded part of it. */
export function shortUserAgent(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const agent = text.slice(0, 512);
  // Only those who pretend to be Mozilla name themselves further behind.
  if (agent.startsWith('Mozilla/')) {
    for (const [product, name] of KNOWN) {
      const at = agent.indexOf(product);
      if (at >= 0) return named(name, agent, at + product.length);
    }
    if (agent.includes('Safari/')) {
      const at = agent.indexOf('Version/');
      return at < 0 ? 'Safari' : named('Safari', agent, at + 'Version/'.length);
    }
  }
  let end = 0;
  while (end < agent.length && end < MAX_NAME && !' /\t(;'.includes(agent[end]!)) end++;
  const first = agent.slice(0, end);
  if (first === '') return undefined;
  return agent[end] === '/' ? named(first, agent, end + 1) : first;
}

/** The name with the number that stands at `at`, up to its first dot. */
function named(name: string, agent: string, at: number): string {
  let end = at;
  while (end < agent.length && end < at + 8 && agent[end]! >= '0' && agent[end]! <= '9') end++;
  return end === at ? name : `${name} ${agent.slice(at, end)}`;
}
