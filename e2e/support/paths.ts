/** Places in the checkout that the specs use. */
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..', '..');
export const OUT = path.join(ROOT, 'out');
export const RESULTS = path.join(ROOT, 'test-results');
