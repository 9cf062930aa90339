import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = import.meta.dirname;
const scripts = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.mjs'));

test.each(scripts)('%s loads before anything is installed', (file) => {
  const source = readFileSync(join(FOLDER, file), 'utf8');
  const imported = [...source.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'/gm)].map((match) => match[1]);
  expect(imported.filter((specifier) => !/^node:|^\.{1,2}\/.*\.mjs$/.test(specifier ?? ''))).toEqual([]);
});
