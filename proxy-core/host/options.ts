/**
 * The command line and the environment as settings (pure). Precedence: flag > environment > saved > default; a value
 * that does not parse stops the start with one line that names the option and what it takes.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { describeAccepted, parseSetting } from '../contract/parse-setting.ts';
import { SETTING_KEYS, SETTING_SPECS } from '../contract/setting-specs.ts';
import type { SettingKey } from '../contract/settings.ts';

/** A value given from outside; it locks the setting. */
export interface Override {
  value: string | number | boolean;
  source: 'flag' | 'env';
  /** `--port` or `HTTP_PORT`. */
  origin: string;
}

export interface HostOptions {
  overrides: Map<SettingKey, Override>;
  dataDir: string | undefined;
  controlPort: number;
  token: string | undefined;
  json: boolean;
  open: boolean;
  help: boolean;
  version: boolean;
}

export type OptionsResult = { ok: true; options: HostOptions } | { ok: false; problem: string };

const HOST_FLAGS = {
  'control-port': { type: 'string' },
  'data-dir': { type: 'string' },
  json: { type: 'boolean' },
  open: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

function flagTable(): NonNullable<ParseArgsConfig['options']> {
  const out: NonNullable<ParseArgsConfig['options']> = { ...HOST_FLAGS };
  for (const key of SETTING_KEYS)
    out[SETTING_SPECS[key].flag] = { type: SETTING_SPECS[key].type === 'boolean' ? 'boolean' : 'string' };
  return out;
}

export const DEFAULT_CONTROL_PORT = 1489;

function parsePort(text: string, name: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new Error(`${name} takes a whole number from 0 to 65535, not ${JSON.stringify(text)}`);
  return port;
}

/** Reads flags and environment. */
export function parseOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): OptionsResult {
  let values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  try {
    values = parseArgs({
      args: [...joinNegatives(argv)],
      options: flagTable(),
      strict: true,
      allowPositionals: false,
      allowNegative: true,
    }).values;
  } catch (error) {
    return {
      ok: false,
      problem: `${error instanceof Error ? error.message.split('. ')[0] : String(error)}; --help lists the options`,
    };
  }
  const overrides = new Map<SettingKey, Override>();
  for (const key of SETTING_KEYS) {
    const spec = SETTING_SPECS[key];
    const fromFlag = values[spec.flag];
    const fromEnv = env[spec.env];
    // An empty variable counts as unset, as with most tools.
    const raw = fromFlag ?? (fromEnv === '' ? undefined : fromEnv);
    if (raw === undefined) continue;
    const source = fromFlag !== undefined ? 'flag' : 'env';
    const origin = source === 'flag' ? `--${spec.flag}` : spec.env;
    const parsed = parseSetting(key, raw);
    if (!parsed.ok)
      return {
        ok: false,
        problem: `${origin} takes ${describeAccepted(key)}${spec.secret ? '' : `, not ${JSON.stringify(raw)}`}`,
      };
    overrides.set(key, { value: parsed.value, source, origin });
  }
  // Brokers given from outside mean the mirror is wanted, as with the original.
  const brokers = overrides.get('kafkaBrokers');
  if (brokers && brokers.value !== '' && !overrides.has('kafkaEnabled'))
    overrides.set('kafkaEnabled', { value: true, source: brokers.source, origin: brokers.origin });
  try {
    const controlPort = values['control-port'] ?? env['BSDM_CONTROL_PORT'];
    const token = env['BSDM_CONTROL_TOKEN'];
    if (token !== undefined && token !== '' && !/^[\w.~-]{16,256}$/.test(token))
      throw new Error('BSDM_CONTROL_TOKEN takes 16 to 256 letters, digits, dots, dashes, underscores or tildes');
    const dataDir = values['data-dir'] ?? env['BSDM_DATA_DIR'];
    return {
      ok: true,
      options: {
        overrides,
        controlPort:
          typeof controlPort === 'string' && controlPort !== ''
            ? parsePort(controlPort, values['control-port'] !== undefined ? '--control-port' : 'BSDM_CONTROL_PORT')
            : DEFAULT_CONTROL_PORT,
        token: token === '' ? undefined : token,
        dataDir: typeof dataDir === 'string' && dataDir !== '' ? dataDir : undefined,
        json: values['json'] === true,
        open: values['open'] === true,
        help: values['help'] === true,
        version: values['version'] === true,
      },
    };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** `--kafka-acks -1` as `--kafka-acks=-1`: a value that looks like a flag would be refused. */
function* joinNegatives(argv: readonly string[]): Generator<string> {
  for (let i = 0; i < argv.length; i++) {
    const next = argv[i + 1];
    if (argv[i]!.startsWith('--') && next !== undefined && /^-\d/.test(next)) yield `${argv[i]}=${argv[++i]}`;
    else yield argv[i]!;
  }
}

/** Text of --help. */
export function helpText(): string {
  const rows: [string, string][] = [
    [
      '--control-port N',
      `port of the browser UI and control API, 0 for any free one (default ${DEFAULT_CONTROL_PORT}; BSDM_CONTROL_PORT)`,
    ],
    ['--data-dir DIR', 'where settings are kept (default: the platform’s data folder; BSDM_DATA_DIR)'],
    ['--open', 'open the browser UI'],
    ['--json', 'print one line of JSON on standard output when ready'],
    ['--version', 'print the version'],
    ['--help', 'print this'],
  ];
  for (const key of SETTING_KEYS) {
    const spec = SETTING_SPECS[key];
    const takes =
      spec.type === 'boolean'
        ? ''
        : spec.type === 'enum'
          ? ` ${spec.values.join('|')}`
          : spec.type === 'string'
            ? ' TEXT'
            : ' N';
    const shown = spec.default === '' ? 'none' : String(spec.default);
    rows.push([`--${spec.flag}${takes}`, `${spec.help} (default ${shown}; ${spec.env})`]);
  }
  return `bsdm-proxy [options]\n\nA debugging proxy with an HTTP cache you can look inside.\nPrecedence: flag, environment, saved settings, default.\n\n${rows.map(([flag, help]) => (flag.length > 34 ? `  ${flag}\n${' '.repeat(38)}${help}` : `  ${flag.padEnd(36)}${help}`)).join('\n')}\n\nBSDM_CONTROL_TOKEN sets the control API’s token (else a new one at each start).\nExit codes: 0 stopped, 2 bad option, 3 port in use, 1 anything else.\n`;
}
