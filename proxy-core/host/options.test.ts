import { expect, it } from 'vitest';
import { helpText, parseOptions } from './options.ts';
import { SETTING_KEYS, SETTING_SPECS } from '../contract/setting-specs.ts';

const values = (argv: string[], env: Record<string, string> = {}): Record<string, unknown> => {
  const parsed = parseOptions(argv, env);
  if (!parsed.ok) throw new Error(parsed.problem);
  return Object.fromEntries(
    [...parsed.options.overrides].map(([key, override]) => [key, `${String(override.value)} from ${override.origin}`]),
  );
};

it.each([
  [['--port', '0'], {}, { port: '0 from --port' }],
  [['--port=8080'], { HTTP_PORT: '99' }, { port: '8080 from --port' }],
  [[], { HTTP_PORT: '99', CACHE_CAPACITY: '5' }, { port: '99 from HTTP_PORT', cacheCapacity: '5 from CACHE_CAPACITY' }],
  [[], { HTTP_PORT: '' }, {}],
  [['--kafka-acks', '-1'], {}, { kafkaAcks: '-1 from --kafka-acks' }],
  [['--kafka-acks', 'all'], {}, { kafkaAcks: '-1 from --kafka-acks' }],
  [['--no-cache-status-fields'], {}, { cacheStatusFields: 'false from --cache-status-fields' }],
  [
    ['--kafka-brokers', 'a:9092,b:9092'],
    {},
    { kafkaBrokers: 'a:9092,b:9092 from --kafka-brokers', kafkaEnabled: 'true from --kafka-brokers' },
  ],
  [
    ['--kafka-brokers', 'a:9092', '--no-kafka'],
    {},
    { kafkaBrokers: 'a:9092 from --kafka-brokers', kafkaEnabled: 'false from --kafka' },
  ],
])('reads %j with %j', (argv, env, wanted) => {
  expect(values(argv, env)).toEqual(wanted);
});

it.each([
  [['--kafka-acks', 'some'], {}, /^--kafka-acks takes a whole number from -1 to 1, or all, not "some"$/],
  [['--port', 'abc'], {}, /^--port takes a whole number from 0 to 65535, not "abc"$/],
  [['--port', '70000'], {}, /^--port takes a whole number/],
  [[], { HTTP_PORT: '1488x' }, /^HTTP_PORT takes a whole number from 0 to 65535, not "1488x"$/],
  [['--cache-mode', 'fast'], {}, /^--cache-mode takes one of standard, fixed-ttl, off, not "fast"$/],
  [['--control-port', '-5'], {}, /--control-port takes a whole number/],
  [['--nonsense'], {}, /Unknown option '--nonsense'; --help lists the options/],
  [['--kafka-brokers', 'nohost'], {}, /--kafka-brokers takes host:port,host:port/],
  [['stray'], {}, /stray/],
  [[], { BSDM_CONTROL_TOKEN: 'short' }, /BSDM_CONTROL_TOKEN takes 16/],
])('refuses %j with %j in one line', (argv, env, problem) => {
  const parsed = parseOptions(argv, env);
  expect(parsed.ok).toBe(false);
  expect(parsed.ok ? '' : parsed.problem).toMatch(problem);
  expect(parsed.ok ? '' : parsed.problem).not.toContain('\n');
});

it('never repeats a secret that does not parse', () => {
  const parsed = parseOptions(['--kafka-password', 'x'.repeat(2000)], {});
  expect(parsed.ok ? '' : parsed.problem).not.toContain('xxx');
});

it('lists every setting in --help', () => {
  for (const key of SETTING_KEYS) expect(helpText()).toContain(`--${SETTING_SPECS[key].flag}`);
});
