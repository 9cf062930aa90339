#!/usr/bin/env node
/**
 * Stands in for fpm, the program that electron-builder makes Debian packages with and that it downloads, where it cannot be
 * had: understands the arguments that electron-builder gives and has dpkg-deb make the package of them. Named to
 * electron-builder by CUSTOM_FPM_PATH; a test tool only.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const TEXT = /** @type {const} */ ({ type: 'string' });
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'input-type': { type: 'string', short: 's' },
    'output-type': { type: 'string', short: 't' },
    depends: { type: 'string', short: 'd', multiple: true },
    'deb-recommends': { type: 'string', multiple: true },
    'deb-compression': TEXT,
    'deb-priority': TEXT,
    force: { type: 'boolean' },
    architecture: TEXT,
    'after-install': TEXT,
    'after-remove': TEXT,
    description: TEXT,
    version: TEXT,
    package: TEXT,
    name: TEXT,
    maintainer: TEXT,
    vendor: TEXT,
    url: TEXT,
    category: TEXT,
    license: TEXT,
  },
});

/** @param {keyof typeof values} name */
function text(name) {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`--${name} is missing`);
  return value;
}

/** Regular files below a folder. @param {string} folder @returns {string[]} */
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => lstatSync(file).isFile());

if (values['output-type'] !== 'deb') throw new Error('this stand-in makes Debian packages only');
const root = mkdtempSync(join(tmpdir(), 'bsdm-deb-'));
try {
  chmodSync(root, 0o755);
  for (const mapping of positionals) {
    const at = mapping.indexOf('=');
    const [from, to] = [mapping.slice(0, at), join(root, mapping.slice(at + 1))];
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
  const files = filesIn(root);
  // What was copied carries the modes of this machine's umask; programs stay programs.
  for (const file of files) chmodSync(file, lstatSync(file).mode & 0o111 ? 0o755 : 0o644);
  const sums = files.map(
    (file) => `${createHash('md5').update(readFileSync(file)).digest('hex')}  ${relative(root, file)}`,
  );
  const kib = Math.ceil(files.reduce((sum, file) => sum + lstatSync(file).size, 0) / 1024);
  const [summary = '', ...more] = text('description').split('\n');
  const control = [
    `Package: ${text('name')}`,
    `Version: ${text('version')}`,
    `Architecture: ${text('architecture')}`,
    `Maintainer: ${text('maintainer')}`,
    `Installed-Size: ${kib}`,
    `Depends: ${(values.depends ?? []).join(', ')}`,
    `Recommends: ${(values['deb-recommends'] ?? []).join(', ')}`,
    `Section: ${text('category')}`,
    `Priority: ${text('deb-priority')}`,
    `Homepage: ${text('url')}`,
    `Description: ${summary.trim()}`,
    ...more.map((line) => ` ${line.trim() === '' ? '.' : line.trim()}`),
  ];
  mkdirSync(join(root, 'DEBIAN'));
  const write = (/** @type {string} */ name, /** @type {string} */ content, mode = 0o644) =>
    writeFileSync(join(root, 'DEBIAN', name), content, { mode });
  write('control', `${control.join('\n')}\n`);
  write('md5sums', `${sums.join('\n')}\n`);
  write('postinst', readFileSync(text('after-install'), 'utf8'), 0o755);
  write('postrm', readFileSync(text('after-remove'), 'utf8'), 0o755);
  execFileSync(
    'dpkg-deb',
    [
      '--root-owner-group',
      `-Z${text('deb-compression').replace('gz', 'gzip')}`,
      '-z1',
      '--build',
      root,
      text('package'),
    ],
    { stdio: 'inherit' },
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
