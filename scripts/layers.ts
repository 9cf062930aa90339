/**
 * Which room may import what. The table is the whole rule; the checker reads import lines (with the TypeScript parser,
 * so strings and comments do not count) and answers one sentence per forbidden one. Used by proxy-core/layers.test.ts.
 */
import { posix } from 'node:path';
import ts from 'typescript';

interface Room {
  /** Rooms it may import from besides itself. */
  rooms: readonly string[];
  /** npm packages it may import. */
  packages: readonly string[];
  /** Whether `node:` modules may be imported. */
  node: boolean;
}

/** From the lowest room up. A room's own files may always import each other. */
const ROOMS: Readonly<Record<string, Room>> = {
  'proxy-core/contract': { rooms: [], packages: [], node: false },
  'proxy-core/http': { rooms: ['proxy-core/contract'], packages: [], node: false },
  'proxy-core/content': { rooms: ['proxy-core/contract'], packages: [], node: true },
  'proxy-core/cache': {
    rooms: ['proxy-core/contract', 'proxy-core/http', 'proxy-core/content'],
    packages: ['lru-cache'],
    node: true,
  },
  'proxy-core/net': {
    rooms: ['proxy-core/contract', 'proxy-core/http', 'proxy-core/cache'],
    packages: ['qr', 'undici'],
    node: true,
  },
  'proxy-core/capture': {
    rooms: ['proxy-core/contract', 'proxy-core/http', 'proxy-core/content'],
    packages: [],
    node: true,
  },
  'proxy-core/rules': {
    rooms: ['proxy-core/contract', 'proxy-core/http', 'proxy-core/content', 'proxy-core/net'],
    packages: ['mime'],
    node: true,
  },
  'proxy-core/compose': {
    rooms: ['proxy-core/contract', 'proxy-core/http', 'proxy-core/net'],
    packages: [],
    node: true,
  },
  'proxy-core/updates': { rooms: ['proxy-core/contract'], packages: [], node: true },
  'proxy-core/clients': { rooms: ['proxy-core/contract'], packages: [], node: true },
  'proxy-core/kafka': { rooms: ['proxy-core/contract'], packages: ['kafkajs', 'kafkajs-snappy'], node: true },
  'proxy-core/core.ts': {
    rooms: [
      'proxy-core/contract',
      'proxy-core/http',
      'proxy-core/cache',
      'proxy-core/net',
      'proxy-core/rules',
      'proxy-core/compose',
      'proxy-core/capture',
      'proxy-core/clients',
      'proxy-core/kafka',
    ],
    packages: [],
    node: true,
  },
  'proxy-core/host': { rooms: ['proxy-core/contract'], packages: ['prom-client', 'ws'], node: true },
  'proxy-core/bin': {
    rooms: [
      'proxy-core/contract',
      'proxy-core/http',
      'proxy-core/cache',
      'proxy-core/net',
      'proxy-core/rules',
      'proxy-core/compose',
      'proxy-core/capture',
      'proxy-core/clients',
      'proxy-core/updates',
      'proxy-core/kafka',
      'proxy-core/core.ts',
      'proxy-core/host',
    ],
    packages: [],
    node: true,
  },
  'renderer/kit': {
    rooms: [],
    packages: ['react', '@base-ui/react', 'lucide-react', 'tinykeys'],
    node: false,
  },
  'renderer/grid': {
    rooms: ['renderer/kit'],
    packages: ['react', '@tanstack/react-table', '@tanstack/react-virtual', 'lucide-react'],
    node: false,
  },
  'renderer/body/worker': { rooms: ['proxy-core/contract'], packages: ['js-beautify'], node: false },
  'renderer/body': {
    rooms: [
      'proxy-core/contract',
      'renderer/body/worker',
      'renderer/grid',
      'renderer/i18n',
      'renderer/kit',
      'renderer/state',
      'renderer/ui',
    ],
    packages: [
      'react',
      '@codemirror/lang-css',
      '@codemirror/lang-html',
      '@codemirror/lang-javascript',
      '@codemirror/lang-json',
      '@codemirror/lang-xml',
      '@codemirror/language',
      '@codemirror/search',
      '@codemirror/state',
      '@codemirror/view',
      '@lezer/highlight',
    ],
    node: false,
  },
  renderer: {
    rooms: ['proxy-core/contract', 'renderer/body', 'renderer/grid', 'renderer/kit'],
    packages: ['react', 'react-dom', 'zustand', 'uplot'],
    node: false,
  },
  electron: {
    rooms: ['proxy-core/contract', 'proxy-core/clients', 'proxy-core/updates'],
    packages: ['electron'],
    node: true,
  },
};

/** Single files that a room may import beyond its rooms: the version stands in package.json. */
const FILES: Readonly<Record<string, readonly string[]>> = { 'proxy-core/bin': ['package.json'] };

/** Single files that a room may import the types of, beyond its rooms. */
const TYPES_ONLY: Readonly<Record<string, readonly string[]>> = { renderer: ['electron/desktop-api.ts'] };

/** One import of one file. */
export interface Import {
  specifier: string;
  typeOnly: boolean;
  line: number;
}

/** True for files that are not part of the product: they may import test tools and other rooms of the core. */
export function isTestFile(path: string): boolean {
  return /\.(test|suite)\.tsx?$/.test(path) || path.split('/').includes('testkit');
}

/** Room of a file by its path from the checkout's root, undefined when it lies in none. */
function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find((room) => path === room || path.startsWith(`${room}/`));
}

/** Every import, re-export, `import()`, `require()` and `import('…')` type of a source text. */
export function readImports(path: string, source: string): Import[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, false);
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean): void => {
    if (node === undefined || !ts.isStringLiteralLike(node)) return;
    found.push({ specifier: node.text, typeOnly, line: file.getLineAndCharacterOfPosition(node.pos).line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
      add(node.moduleReference.expression, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) && node.expression.text === 'require'))
    )
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `@scope/name` or `name` of a bare specifier. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Why one import is forbidden, undefined when it is allowed. */
function problemOf(path: string, item: Import): string | undefined {
  const from = roomOf(path);
  const { specifier } = item;
  if (/^(node:)?electron(\/|$)/.test(specifier) && from?.startsWith('proxy-core') === true)
    return 'the core runs under plain Node: nothing in proxy-core imports electron';
  const isTest = isTestFile(path);

  if (!specifier.startsWith('.')) {
    if (isTest) return undefined;
    if (from === undefined) return 'files of the core lie in one of its rooms, and this one does not';
    const room = ROOMS[from];
    if (room === undefined) return undefined;
    if (specifier.startsWith('node:')) return room.node ? undefined : `${from} imports nothing of Node`;
    return room.packages.includes(packageOf(specifier))
      ? undefined
      : `${from} may import ${room.packages.length === 0 ? 'no package' : `only the packages ${room.packages.join(', ')}`}`;
  }

  const target = posix.join(posix.dirname(path), specifier);
  if (isTest) {
    const core = path.startsWith('proxy-core/');
    if (core && !target.startsWith('proxy-core/') && !target.startsWith('scripts/'))
      return 'tests of the core stay in the core';
    return undefined;
  }
  if (isTestFile(target)) return 'product code imports no tests and no testkit';
  if (from === undefined) return 'files of the core lie in one of its rooms, and this one does not';
  const to = roomOf(target);
  if (to === from) return undefined;
  if (TYPES_ONLY[from]?.includes(target) === true)
    return item.typeOnly ? undefined : `${from} may import only types from ${target}: write "import type"`;
  if (FILES[from]?.includes(target) === true) return undefined;
  // A room may be let into a part of another one.
  if (ROOMS[from]?.rooms.some((room) => room === to || target.startsWith(`${room}/`)) === true) return undefined;
  const allowed = ROOMS[from]?.rooms ?? [];
  return `${from} may import ${allowed.length === 0 ? 'nothing outside itself' : `only from ${allowed.join(', ')}`}`;
}

/** One sentence per forbidden import: file and line, what it imports, the rule. */
export function checkLayers(path: string, source: string): string[] {
  return readImports(path, source).flatMap((item) => {
    const problem = problemOf(path, item);
    return problem === undefined ? [] : [`${path}:${item.line} imports "${item.specifier}": ${problem}`];
  });
}
