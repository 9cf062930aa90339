import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  clientVariables,
  forWindows,
  shellLines,
  unsetLines,
  type Shell,
  type Variable,
} from './client-environment.ts';

const HARD: Variable[] = [
  ['PLAIN', 'http://127.0.0.1:1488'],
  ['EMPTY', ''],
  ['SPACES', '/home/some body/ca file.pem'],
  ['QUOTES', `it's "quoted" \`here\``],
  ['DOLLAR', '$HOME ${HOME} $(id) !! % \\ \\n'],
  ['TRAIL', 'ends in a backslash \\'],
];

const SHELL_OF: Partial<Record<Shell, string[]>> = {
  bash: ['bash', '--norc', '-c'],
  zsh: ['zsh', '-f', '-c'],
  fish: ['fish', '-N', '-c'],
};
const isThere = (program: string): boolean => spawnSync(program, ['-c', 'true']).status === 0;

describe.each(Object.entries(SHELL_OF))('lines for %s', (shell, [program = '', ...args]) => {
  const name = shell as Shell;
  const missing = !isThere(program);
  if (missing) console.log(`${program} is not installed: its lines are compared as text only`);

  it.skipIf(missing)('set what they say, whatever is in it, and are undone', () => {
    const print = `${JSON.stringify(process.execPath)} -e 'console.log(JSON.stringify(process.env))'`;
    const run = (lines: string[]): Record<string, string | undefined> =>
      JSON.parse(execFileSync(program, [...args, [...lines, print].join('\n')], { encoding: 'utf8' })) as Record<
        string,
        string
      >;
    const set = run(shellLines(name, HARD));
    expect(HARD.map(([key]) => [key, set[key]])).toEqual(HARD);
    const unset = run([...shellLines(name, HARD), ...unsetLines(name, HARD)]);
    expect(HARD.filter(([key]) => unset[key] !== undefined)).toEqual([]);
  });
});

it('PowerShell and cmd quote in their own ways', () => {
  expect(shellLines('powershell', [['A', "it's ‘so’ $x"]])).toEqual(["$env:A = 'it''s ‘‘so’’ $x'"]);
  expect(shellLines('cmd', [['A', '100% of "it"']])).toEqual(['set "A=100%% of "it""']);
  expect(unsetLines('powershell', [['A', '']])).toEqual(['Remove-Item -ErrorAction Ignore Env:A']);
  expect(unsetLines('cmd', [['A', '']])).toEqual(['set "A="']);
});

it('names that differ by case are one on Windows', () => {
  const names = forWindows(clientVariables({ proxy: 'h:1' })).map(([key]) => key.toUpperCase());
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('HTTPS_PROXY');
});

describe('the variables', () => {
  const of = (setup: Parameters<typeof clientVariables>[0]) => new Map<string, string>(clientVariables(setup));

  it('without a CA name the proxy alone', () => {
    const found = of({ proxy: '127.0.0.1:1488' });
    expect(found.get('HTTPS_PROXY')).toBe('http://127.0.0.1:1488');
    expect([...found.keys()].filter((key) => /CERT|CA_|CAINFO|CAFILE/i.test(key))).toEqual([]);
    expect(found.get('JAVA_TOOL_OPTIONS')).not.toContain('trustStore');
  });

  it('with one add it where programs add, and replace the roots by a bundle where they replace', () => {
    const found = of({ proxy: '[::1]:1488', caFile: '/ca.pem', bundleFile: '/all.pem', javaTrustStore: '/j.p12' });
    expect(found.get('NODE_EXTRA_CA_CERTS')).toBe('/ca.pem');
    for (const key of ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'GIT_SSL_CAINFO', 'PIP_CERT', 'npm_config_cafile'])
      expect(found.get(key), key).toBe('/all.pem');
    expect(found.get('JAVA_TOOL_OPTIONS')).toContain('-Dhttps.proxyHost=::1 -Dhttps.proxyPort=1488');
    expect(found.get('JAVA_TOOL_OPTIONS')).toContain('-Djavax.net.ssl.trustStore="/j.p12"');
  });
});
