import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkWeight, FIRST_LOAD_MAX, weighPage, weightTable } from './lib/weight.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bsdm-weight-'));
  mkdirSync(join(folder, 'assets'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function page(files: Record<string, string | Buffer>): void {
  writeFileSync(
    join(folder, 'index.html'),
    '<script type="module" src="./assets/a.js"></script><link rel="stylesheet" href="./assets/a.css">',
  );
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, 'assets', file), content);
}

test('the first load is what modules import before they run, the style sheet and the Latin fonts', () => {
  page({
    'a.js': `import{a as b}from"./b.js";import"./c.js";const d=()=>import("./d.js");`,
    'b.js': `export*from'./e.js'`,
    'c.js': 'x',
    'd.js': 'late',
    'e.js': 'y',
    'a.css': '.a{}',
    'x-latin-w.woff2': Buffer.alloc(300),
    'x-cyrillic-w.woff2': Buffer.alloc(200),
    'a.js.map': '{}',
  });
  const weight = weighPage(folder);
  expect(weight.first.map(({ file }) => file).sort()).toEqual(
    ['a.css', 'a.js', 'b.js', 'c.js', 'e.js', 'index.html', 'x-latin-w.woff2'].sort(),
  );
  expect(weight.later.map(({ file }) => file).sort()).toEqual(['d.js', 'x-cyrillic-w.woff2']);
  expect(weightTable(weight)).toContain('0.3 kB     0.3 kB  x-latin-w.woff2');
});

test('a first load that is too heavy fails, with its weight and the bound', () => {
  page({ 'a.js': '', 'a.css': '', 'x-latin-w.woff2': Buffer.alloc(FIRST_LOAD_MAX) });
  expect(() => checkWeight(weighPage(folder))).toThrow(
    /^The first load of the page weighs \d+ bytes gzipped; at most 350000/,
  );
});
