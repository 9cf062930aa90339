/** npm run bench: reads the flags and begins the story asked for. */
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { slowReaders } from './slow-readers.ts';
import { soak } from './soak.ts';
import { startup } from './startup.ts';

const HELP = `npm run bench -- [flags]                 the table beside the other programs
  --quick             about two minutes
  --only t1,t2        only these rows
  --rounds N          turns of each (default 5)
  --seconds N         length of a turn (default 3)
  --old FOLDER        another built core (its out/core) beside ours
  --json FILE         the values too
  --help              this text
npm run bench -- STORY [--seconds N]
  latency             p50, p99, p99.9 at one client and at half of the most, beside Squid and nginx (10 s each)
  memory              bytes per entry, RSS with 10,000 and 100,000 entries and under full load (600 s)
  soak                half of the most, everything mixed: RSS, handles, errors, collector's pauses (1200 s)
  start               ready, idle RSS and CPU (10 s; --rounds, --old)
  slow-readers        200 clients reading 10 kB/s of 100 MB (60 s)`;

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
else if (story === 'latency') await latency(count(values.seconds, 10, 'seconds'));
else if (story === 'memory') await memory(count(values.seconds, 600, 'seconds'));
else if (story === 'soak') await soak(count(values.seconds, 1200, 'seconds'));
else if (story === 'start')
  await startup(count(values.seconds, 10, 'seconds'), count(values.rounds, 5, 'rounds'), values.old);
else if (story === 'slow-readers') await slowReaders(count(values.seconds, 60, 'seconds'));
else {
  console.error(`There is no ${JSON.stringify(story)}.\n${HELP}`);
  process.exitCode = 2;
}
