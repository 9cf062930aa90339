/** macOS: `networksetup`, each network service that is not disabled for itself. */
import type { RunTool } from '../run-tool.ts';
import type { Change, Place, State, Value, Wanted } from './decide.ts';

const TOOL = '/usr/sbin/networksetup';
/** No name of a service has one. */
const BETWEEN = '\n';

/** `Name: value` lines; what follows the first colon. */
function fieldsOf(output: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of output.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return fields;
}

const onOff = (value: string | undefined): string => (value === 'Yes' || value === 'On' ? 'on' : 'off');

function parseServices(output: string): string[] {
  // The first line explains the asterisk before those that are disabled.
  return output
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '' && !line.startsWith('*'));
}

async function readService(run: RunTool, service: string): Promise<State> {
  const ask = async (verb: string): Promise<string> => {
    const { ok, output, problem } = await run([TOOL, verb, service], 10_000);
    if (!ok) throw new Error(`the network service ${service} could not be read (${verb}): ${problem}`);
    return output;
  };
  const proxy = async (verb: string): Promise<Value> => {
    const fields = fieldsOf(await ask(verb));
    if (fields.get('Authenticated Proxy Enabled') === '1')
      throw new Error(
        `the network service ${service} has a proxy with a password, which cannot be read and put back; change it by hand`,
      );
    return [fields.get('Server') ?? '', fields.get('Port') ?? '0', onOff(fields.get('Enabled'))];
  };
  const pac = fieldsOf(await ask('-getautoproxyurl'));
  const bypass = await ask('-getproxybypassdomains');
  return {
    [`web${BETWEEN}${service}`]: await proxy('-getwebproxy'),
    [`secureweb${BETWEEN}${service}`]: await proxy('-getsecurewebproxy'),
    [`pac${BETWEEN}${service}`]: [onOff(pac.get('Enabled'))],
    [`discovery${BETWEEN}${service}`]: [
      onOff(fieldsOf(await ask('-getproxyautodiscovery')).get('Auto Proxy Discovery')),
    ],
    [`bypass${BETWEEN}${service}`]: [bypass.startsWith("There aren't any") ? '' : bypass.trim()],
  };
}

export const macos: Place = {
  name: 'macOS',
  async read(run: RunTool) {
    const { ok, output, problem } = await run([TOOL, '-listallnetworkservices'], 10_000);
    if (!ok) throw new Error(`the network services could not be listed: ${problem}`);
    let state: State = {};
    for (const service of parseServices(output)) state = { ...state, ...(await readService(run, service)) };
    return state;
  },
  wanted: ({ host, port, bypass }, state) =>
    Object.keys(state).map((key): Wanted => {
      if (key.startsWith('bypass')) return { key, role: 'other', value: [bypass.join('\n')] };
      // Both are asked before the proxy.
      if (key.startsWith('pac') || key.startsWith('discovery')) return { key, role: 'other', value: ['off'] };
      return { key, role: 'endpoint', value: [host, String(port), 'on'] };
    }),
  off: ({ role, value }) => (role === 'endpoint' ? [...value.slice(0, 2), 'off'] : value),
  lines({ key, from, to }: Change) {
    const between = key.indexOf(BETWEEN);
    const kind = key.slice(0, between);
    const service = key.slice(between + 1);
    const field = (i: number): string => to[i] ?? '';
    switch (kind) {
      case 'pac':
        return [[TOOL, '-setautoproxystate', service, field(0)]];
      case 'discovery':
        return [[TOOL, '-setproxyautodiscovery', service, field(0)]];
      case 'bypass':
        return [[TOOL, '-setproxybypassdomains', service, ...(field(0) === '' ? ['Empty'] : field(0).split('\n'))]];
      default: {
        const moves = from[0] !== to[0] || from[1] !== to[1];
        // Naming an address switches it on.
        return [
          ...(moves ? [[TOOL, `-set${kind}proxy`, service, field(0), field(1)]] : []),
          ...(moves && field(2) === 'on' ? [] : [[TOOL, `-set${kind}proxystate`, service, field(2)]]),
        ];
      }
    }
  },
  notify: [],
};
