/** npm run bench: reads the flags and begins the story asked for. */
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';

const HELP = `npm run bench -- [flags]                 the table beside the other programs
  --quick             about two minutes
  --only t1,t2        only these rows
  --rounds N          turns of each (default 5)
  --seconds N         length of a turn (default 3)
  --old FOLDER        another built core (its out/core) beside ours
  --json FILE         the values too
  --help              this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    json: { type: 'string' },
    old: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function count(text: string | undefined, otherwise: number, flag: string): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${flag} takes a whole number above 0, not ${JSON.stringify(text)}`);
  process.exit(2);
}

const [story] = positionals;
if (values.help) console.log(HELP);
else if (story === undefined)
  await compare({
    quick: values.quick,
    rounds: count(values.rounds, values.quick ? 2 : 5, 'rounds'),
    seconds: count(values.seconds, values.quick ? 1 : 3, 'seconds'),
    warmUpSeconds: values.quick ? 1 : 3,
    only: values.only.split(',').filter((id) => id !== ''),
    json: values.json,
    old: values.old,
  });
else {
  console.error(`There is no ${JSON.stringify(story)}.\n${HELP}`);
  process.exitCode = 2;
}
