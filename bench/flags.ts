/** The flags of npm run bench, read strictly: what is not understood is told in one line with what is accepted. */
import { parseArgs } from 'node:util';

export const STORIES = ['latency', 'memory', 'soak', 'start', 'slow-readers', 'window'] as const;
export type Story = (typeof STORIES)[number];

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  json: { type: 'string' },
  old: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

export interface Flags {
  /** Undefined is the table beside the other programs. */
  readonly story: Story | undefined;
  readonly quick: boolean;
  readonly help: boolean;
  readonly only: readonly string[];
  readonly rounds: number | undefined;
  readonly seconds: number | undefined;
  readonly json: string | undefined;
  readonly old: string | undefined;
}

/** What was asked for, or one line that says what is wrong and what is accepted. */
export function readFlags(args: readonly string[]): Flags | { readonly wrong: string } {
  // Not strict: what is unknown comes back as a value and is told in our words.
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const accepted = Object.entries(OPTIONS).map(([name, { type }]) => `--${name}${type === 'string' ? ' VALUE' : ''}`);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(OPTIONS, token.name) ? OPTIONS[token.name as keyof typeof OPTIONS] : undefined;
    if (option === undefined) return { wrong: `There is no ${token.rawName}; accepted are ${accepted.join(', ')}.` };
    if (option.type === 'string' && (token.value === undefined || token.value.startsWith('--')))
      return { wrong: `${token.rawName} takes a value${token.value === undefined ? '' : `, not ${token.value}`}.` };
    if (option.type === 'boolean' && token.value !== undefined)
      return { wrong: `${token.rawName} takes no value, but was given ${JSON.stringify(token.value)}.` };
  }
  const [name, ...more] = positionals;
  const story = STORIES.find((one) => one === name);
  if (name !== undefined && story === undefined)
    return { wrong: `There is no ${JSON.stringify(name)}; there are ${STORIES.join(', ')}.` };
  if (more.length > 0) return { wrong: `One story at a time: ${more.join(' ')} is too much.` };
  const text = (value: string | boolean | undefined): string | undefined =>
    typeof value === 'string' ? value : undefined;
  for (const flag of ['rounds', 'seconds'] as const) {
    const value = text(values[flag]);
    if (value !== undefined && !isCount(value))
      return { wrong: `--${flag} takes a whole number above 0, not ${JSON.stringify(value)}.` };
  }
  const count = (value: string | undefined): number | undefined => (value === undefined ? undefined : Number(value));
  return {
    story,
    quick: values.quick === true,
    help: values.help === true,
    only: (text(values.only) ?? '').split(',').filter((id) => id !== ''),
    rounds: count(text(values.rounds)),
    seconds: count(text(values.seconds)),
    json: text(values.json),
    old: text(values.old),
  };
}

const isCount = (text: string): boolean => text !== '' && Number.isSafeInteger(Number(text)) && Number(text) > 0;
