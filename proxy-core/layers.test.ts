/** The arrows between the rooms, proved on every source file; and the checker itself, proved on made-up ones. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findImportCycles } from '../scripts/import-cycles.ts';
import { checkLayers, readImports } from '../scripts/layers.ts';

const root = join(import.meta.dirname, '..');

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesUnder(path);
    return /\.[cm]?tsx?$/.test(entry.name) ? [path] : [];
  });
}

describe('layers', () => {
  const files = ['proxy-core', 'renderer', 'electron'].flatMap(sourcesUnder);

  it('finds the sources', () => {
    expect(files).toContain('proxy-core/contract/settings.ts');
  });

  it('no file imports against the arrows', () => {
    const problems = files.flatMap((path) => checkLayers(path, readFileSync(join(root, path), 'utf8')));
    expect(problems, problems.join('\n')).toEqual([]);
  });

  it('no files import each other in a ring, not even types', () => {
    expect(findImportCycles(new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')])))).toEqual([]);
  });
});

describe('rings of imports', () => {
  const find = (files: Record<string, string>): string[][] => findImportCycles(new Map(Object.entries(files)));

  it('finds two that import each other, by whatever kind of import', () => {
    expect(
      find({
        'a/one.ts': `import { two } from '../b/two.ts';`,
        'b/two.ts': `export type One = import('../a/one.ts').One;`,
        'b/three.ts': `import { two } from './two.ts';`,
      }),
    ).toEqual([['a/one.ts', 'b/two.ts']]);
  });

  it('finds a longer ring that begins behind a file outside of it, and a file that imports itself', () => {
    expect(
      find({
        'main.ts': `import './a.ts'; import './self.ts';`,
        'a.ts': `import './b.ts';`,
        'b.ts': `export * from './c.ts';`,
        'c.ts': `const a = await import('./a.ts');`,
        'self.ts': `import type { T } from './self.ts';`,
      }),
    ).toEqual([['a.ts', 'b.ts', 'c.ts'], ['self.ts']]);
  });

  it('takes two ways to one file for no ring', () => {
    expect(
      find({
        'a.ts': `import './b.ts'; import './c.ts';`,
        'b.ts': `import './d.ts';`,
        'c.ts': `import './d.ts';`,
        'd.ts': `import 'node:fs';`,
      }),
    ).toEqual([]);
  });
});

describe('the checker', () => {
  const forbidden: [what: string, path: string, source: string, rule: RegExp][] = [
    [
      'contract → anything else of the core',
      'proxy-core/contract/x.ts',
      `import { a } from '../http/fields.ts';`,
      /contract may import nothing outside itself/,
    ],
    ['contract → Node', 'proxy-core/contract/x.ts', `import { join } from 'node:path';`, /imports nothing of Node/],
    ['contract → a package', 'proxy-core/contract/x.ts', `import z from 'zod';`, /may import no package/],
    [
      'http → cache (against the arrow)',
      'proxy-core/http/x.ts',
      `import { a } from '../cache/plan.ts';`,
      /http may import only from proxy-core\/contract$/,
    ],
    [
      'cache → net',
      'proxy-core/cache/x.ts',
      `export { a } from '../net/front/front.ts';`,
      /cache may import only from/,
    ],
    [
      'a type counts too',
      'proxy-core/capture/x.ts',
      `import type { A } from '../net/front/front.ts';`,
      /capture may import only from/,
    ],
    [
      'an import type counts too',
      'proxy-core/capture/x.ts',
      `type A = import('../net/front/front.ts').A;`,
      /capture may import only from/,
    ],
    [
      'a lazy import counts too',
      'proxy-core/kafka/x.ts',
      `const a = await import('../cache/plan.ts');`,
      /kafka may import only from/,
    ],
    [
      'host → the core itself',
      'proxy-core/host/x.ts',
      `import { createCore } from '../core.ts';`,
      /host may import only from proxy-core\/contract$/,
    ],
    ['core.ts → bin', 'proxy-core/core.ts', `import { a } from './bin/cli.ts';`, /core.ts may import only from/],
    [
      'electron in the core',
      'proxy-core/bin/utility.ts',
      `import { app } from 'electron';`,
      /nothing in proxy-core imports electron/,
    ],
    [
      'electron in a test of the core',
      'proxy-core/bin/x.test.ts',
      `import { app } from 'electron/main';`,
      /nothing in proxy-core imports electron/,
    ],
    [
      'electron by require',
      'proxy-core/net/x.ts',
      `const { app } = require('electron');`,
      /nothing in proxy-core imports electron/,
    ],
    [
      'product → testkit',
      'proxy-core/net/x.ts',
      `import { a } from '../testkit/origin.ts';`,
      /imports no tests and no testkit/,
    ],
    ['undici outside net', 'proxy-core/cache/x.ts', `import { Agent } from 'undici';`, /only the packages lru-cache/],
    [
      'a file of the core in no room',
      'proxy-core/helper.ts',
      `import { a } from './contract/settings.ts';`,
      /lie in one of its rooms/,
    ],
    ['renderer → Node', 'renderer/x.ts', `import fs from 'node:fs';`, /imports nothing of Node/],
    [
      'renderer → the core',
      'renderer/traffic/x.tsx',
      `import { a } from '../../proxy-core/capture/hub.ts';`,
      /renderer may import only from proxy-core\/contract/,
    ],
    ['renderer → electron', 'renderer/x.ts', `import { ipcRenderer } from 'electron';`, /only the packages react/],
    [
      'renderer → values of the shell',
      'renderer/x.ts',
      `import { a } from '../electron/desktop-api.ts';`,
      /write "import type"/,
    ],
    [
      'Node in pure text work',
      'proxy-core/http/x.ts',
      `import { hash } from 'node:crypto';`,
      /imports nothing of Node/,
    ],
    [
      'electron → the core',
      'electron/main.ts',
      `import { createCore } from '../proxy-core/core.ts';`,
      /electron may import only from proxy-core\/contract/,
    ],
  ];

  it.each(forbidden)('refuses %s', (_what, path, source, rule) => {
    const problems = checkLayers(path, source);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(rule);
    expect(problems[0]?.startsWith(`${path}:1 imports "`)).toBe(true);
  });

  const allowed: [what: string, path: string, source: string][] = [
    ['a neighbour in the room', 'proxy-core/contract/x.ts', `import { a } from './settings.ts';`],
    [
      'a lower room',
      'proxy-core/net/x.ts',
      `import { a } from '../cache/plan.ts'; import { Agent } from 'undici'; import net from 'node:net';`,
    ],
    [
      'bin wiring all',
      'proxy-core/bin/cli.ts',
      `import { a } from '../core.ts'; import { b } from '../host/serve.ts'; import c from '../../package.json' with { type: 'json' };`,
    ],
    [
      'the contract in the window',
      'renderer/traffic/x.tsx',
      `import { a } from '../../proxy-core/contract/reasons.ts'; import { useState } from 'react';`,
    ],
    ['types of the shell in the window', 'renderer/x.ts', `import type { A } from '../electron/desktop-api.ts';`],
    [
      'a test using the testkit',
      'proxy-core/net/x.test.ts',
      `import { a } from '../testkit/origin.ts'; import { it } from 'vitest';`,
    ],
    [
      'words in a string or comment',
      'proxy-core/contract/x.ts',
      `// import fs from 'node:fs'\nconst text = "import x from 'electron'";`,
    ],
  ];

  it.each(allowed)('lets pass %s', (_what, path, source) => {
    expect(checkLayers(path, source)).toEqual([]);
  });

  it('names the line', () => {
    expect(readImports('x.ts', `\n\nimport { a } from './a.ts';`)).toEqual([
      { specifier: './a.ts', typeOnly: false, line: 3 },
    ]);
  });
});
