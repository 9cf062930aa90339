/** What goes with a package: which packages are in a bundle, their licences as one text, and the bill of materials. */
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageFolder, readPackage } from './lib/bundled-packages.mjs';
import { licenseProblem, noticesOf, npmSbom, shippedSbom } from './lib/legal.mjs';
import { isRecord, readJson } from './lib/json.mjs';
import { MODULES, ROOT } from './lib/paths.mjs';

const inModules = (...parts: string[]): string => path.join(MODULES, ...parts);

test('a module belongs to the innermost package it lies in', () => {
  expect(packageFolder(inModules('undici', 'lib', 'core.js'))).toBe(inModules('undici'));
  expect(packageFolder(`${inModules('@lezer', 'lr', 'dist', 'index.js')}?used`)).toBe(inModules('@lezer', 'lr'));
  expect(packageFolder(inModules('a', 'node_modules', '@b', 'c', 'd.js'))).toBe(
    inModules('a', 'node_modules', '@b', 'c'),
  );
  expect(packageFolder(path.join(ROOT, 'renderer', 'main.tsx'))).toBeUndefined();
  expect(packageFolder('\0vite/modulepreload-polyfill.js')).toBeUndefined();
});

test('a package is read with all its licence files', () => {
  const found = readPackage(inModules('qr'));
  expect(found).toMatchObject({ name: 'qr', license: '(MIT OR Apache-2.0)' });
  expect(found.texts.join()).toMatch(/Apache License[^]*MIT License/);
});

const item = (name: string, license = 'MIT', texts = [`Copyright of ${name}`]) => ({
  name,
  version: '1.0.0',
  license,
  texts,
});

test('licences with the same words stand once, under all names', () => {
  const text = noticesOf([item('a', 'MIT', ['same words']), item('b'), item('c', 'MIT', ['same words'])]);
  expect(text.match(/same words/g)).toHaveLength(1);
  expect(text).toContain('a 1.0.0 (MIT)\nc 1.0.0 (MIT)\n');
  expect(text).toContain('Copyright of b');
});

test('a licence nobody accepted, or none, or one without its words stops the packing by name', () => {
  expect(licenseProblem([item('a'), item('b', 'ISC')])).toBeUndefined();
  expect(licenseProblem([item('a'), item('b', 'AGPL-3.0-only')])).toContain(
    'b 1.0.0 is bundled and its licence is AGPL-3.0-only',
  );
  expect(licenseProblem([item('b', '')])).toContain('its licence is not told');
  expect(licenseProblem([item('b', 'MIT', [])])).toContain('b 1.0.0 is bundled and brings no licence file');
});

const component = (name: string) => ({
  'bom-ref': `${name}@1.0.0`,
  name,
  version: '1.0.0',
  scope: 'optional',
  properties: [1],
});
const FULL = {
  bomFormat: 'CycloneDX',
  metadata: { component: { 'bom-ref': 'us@0.1.0', name: 'folder', type: 'library' } },
  components: ['a', 'b', 'tool', 'c'].map(component),
  dependencies: [
    { ref: 'us@0.1.0', dependsOn: ['a@1.0.0', 'tool@1.0.0'] },
    { ref: 'a@1.0.0', dependsOn: ['b@1.0.0', 'c@1.0.0', 'tool@1.0.0'] },
    { ref: 'b@1.0.0', dependsOn: [] },
    { ref: 'tool@1.0.0', dependsOn: ['c@1.0.0'] },
  ],
};

test('the bill of what is shipped has those components, the edges among them, and the product by its name', () => {
  const bill = shippedSbom(FULL, 'us', [item('a'), item('b')]);
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'us', type: 'application' } } });
  expect(bill['components']).toEqual(
    ['a', 'b'].map((name) => ({ ...component(name), scope: 'required', properties: [] })),
  );
  expect(bill['dependencies']).toEqual([
    { ref: 'us@0.1.0', dependsOn: ['a@1.0.0'] },
    { ref: 'a@1.0.0', dependsOn: ['b@1.0.0'] },
    { ref: 'b@1.0.0', dependsOn: [] },
  ]);
});

test('what is shipped and not in the lock file is named', () => {
  expect(() => shippedSbom(FULL, 'us', [item('a'), item('new')])).toThrow(
    'new@1.0.0 is shipped and not in package-lock.json',
  );
});

test('the bill of a package is valid by the published schema of CycloneDX, and the validator would notice', async () => {
  // What a package really has in it, at the versions of the lock file.
  const shipped = ['react', '@base-ui/react', 'undici', 'kafkajs', 'electron'].map((name) => {
    const found = readJson(path.join(MODULES, name, 'package.json'));
    if (!isRecord(found)) throw new Error(`${name} is not installed`);
    return { name, version: String(found['version']) };
  });
  const bill = shippedSbom(await npmSbom(), 'bsdm-proxy', shipped);
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
  expect(bill).toMatchObject({ specVersion: Spec.Version.v1dot5 });
  expect(await validator.validate(JSON.stringify(bill))).toBeNull();
  expect(bill['components']).toHaveLength(shipped.length);
  const wrong = { ...bill, components: [{ ...component('a'), type: 'nonsense', properties: [] }] };
  expect(await validator.validate(JSON.stringify(wrong))).not.toBeNull();
});
