/** A CA as interception makes them, kept in memory only. */
import type { CaInfo } from '../../contract/interception.ts';
import { CaStore } from '../../net/connect/tls/ca.ts';

export function madeCa(): CaInfo {
  return new CaStore({ folder: null, files: () => undefined, timeOfDay: Date.now, report: () => undefined }).use().info;
}
