/**
 * The shipped configuration, on the older Electron: its binaries, and an entry that gives it what it lacks (bootstrap.cjs).
 * Where its binaries lie and where the packages go is said on the command line, see e2e/support/packed-app.ts.
 */
const fs = require('node:fs');
const path = require('node:path');
const { load } = require('js-yaml');

const shipped = load(fs.readFileSync(path.join(__dirname, '..', '..', '..', 'electron-builder.yml'), 'utf8'));
// A fuse that came later; everything else is flipped on this binary as on the product's.
const { grantFileProtocolExtraPrivileges, ...electronFuses } = shipped.electronFuses;

module.exports = {
  ...shipped,
  electronVersion: '22.3.25',
  electronFuses,
  extraMetadata: { ...shipped.extraMetadata, main: 'bootstrap.cjs' },
  files: [...shipped.files, { from: 'e2e/support/older-electron', filter: ['bootstrap.cjs'] }],
  // Made for a test, not for a download.
  deb: { ...shipped.deb, compression: 'gz' },
};
