/** Both HTTP/1 fronts, for tests that hold for each. */
import { SETTING_SPECS } from '../../../contract/setting-specs.ts';
import { createHttp1Front } from '../http1-front.ts';
import { createWireFront } from '../wire/wire-front.ts';

/** By the value of the setting that chooses them. */
export const FRONTS = [
  ['own', createWireFront],
  ['node', createHttp1Front],
] as const;

/** The one that `BSDM_HTTP_FRONT` names, like in the cores that tests start. */
export function frontUnderTest(): typeof createWireFront {
  const named = process.env['BSDM_HTTP_FRONT'] ?? SETTING_SPECS.httpFront.default;
  return FRONTS.find(([name]) => name === named)?.[1] ?? createWireFront;
}
