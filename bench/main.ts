/** npm run bench: reads the flags and begins the story asked for. */
import { compare } from './compare.ts';
import { readFlags } from './flags.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { slowReaders } from './slow-readers.ts';
import { soak } from './soak.ts';
import { startup } from './startup.ts';
import { windowStory } from './window.ts';

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
  slow-readers        200 clients reading 10 kB/s of 100 MB (60 s)
  window              the page with 100,000 rows under 2,000 exchanges a second: frames, tasks, heap, delay (60 s)`;

const flags = readFlags(process.argv.slice(2));
if ('wrong' in flags) {
  console.error(`${flags.wrong} --help tells more.`);
  process.exitCode = 2;
} else if (flags.help) console.log(HELP);
else
  switch (flags.story) {
    case undefined:
      await compare({
        quick: flags.quick,
        rounds: flags.rounds ?? (flags.quick ? 2 : 5),
        seconds: flags.seconds ?? (flags.quick ? 1 : 3),
        warmUpSeconds: flags.quick ? 1 : 3,
        only: flags.only,
        json: flags.json,
        old: flags.old,
      });
      break;
    case 'latency':
      await latency(flags.seconds ?? 10);
      break;
    case 'memory':
      await memory(flags.seconds ?? 600);
      break;
    case 'soak':
      await soak(flags.seconds ?? 1200);
      break;
    case 'start':
      await startup(flags.seconds ?? 10, flags.rounds ?? 5, flags.old);
      break;
    case 'slow-readers':
      await slowReaders(flags.seconds ?? 60);
      break;
    case 'window':
      await windowStory(flags.seconds ?? 60);
      break;
  }
