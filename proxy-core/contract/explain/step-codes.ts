/** The questions a cache decision asks, in the codes that stand in recorded traces. */

/** Every question a decision asks, with the clause it rests on (absent where no RFC speaks of it). Texts: contract/explain. */
export const STEP_SPECS = {
  'cache-mode': undefined,
  'request-method': 'RFC 9111 §4',
  'request-content': 'RFC 9110 §9.3.1',
  'control-token': 'RFC 9111 §7.3',
  'request-no-store': 'RFC 9111 §5.2.1.5',
  'origin-condition': 'RFC 9111 §4.3.2',
  lookup: 'RFC 9111 §2',
  vary: 'RFC 9111 §4.1',
  'stored-method': 'RFC 9111 §4',
  'stored-part': 'RFC 9111 §3.3',
  freshness: 'RFC 9111 §4.2',
  'request-no-cache': 'RFC 9111 §5.2.1.4',
  'request-max-age': 'RFC 9111 §5.2.1.1',
  'request-min-fresh': 'RFC 9111 §5.2.1.3',
  'request-max-stale': 'RFC 9111 §5.2.1.2',
  'stored-no-cache': 'RFC 9111 §5.2.2.4',
  'must-revalidate': 'RFC 9111 §5.2.2.2',
  'stale-while-revalidate': 'RFC 5861 §3',
  'stale-if-error': 'RFC 5861 §4',
  'stale-on-error': 'RFC 9111 §4.2.4',
  'only-if-cached': 'RFC 9111 §5.2.1.7',
  'user-validation': 'RFC 9111 §4.3.1',
  validation: 'RFC 9111 §4.3.1',
  reply: 'RFC 9111 §4.3.2',
  'not-modified': 'RFC 9111 §4.3.4',
  'other-representation': 'RFC 9111 §4.3.4',
  'weakly-same': 'RFC 9111 §4.3.4',
  'update-refused': 'RFC 9111 §3.2',
  'head-update': 'RFC 9111 §4.3.5',
  invalidate: 'RFC 9111 §4.4',
  'response-method': 'RFC 9110 §9.2.3',
  'response-status': 'RFC 9110 §15.1',
  'must-understand': 'RFC 9111 §5.2.2.3',
  'response-no-store': 'RFC 9111 §5.2.2.5',
  'response-private': 'RFC 9111 §5.2.2.7',
  authorization: 'RFC 9111 §3.5',
  'set-cookie': 'RFC 9111 §7.3',
  'response-vary': 'RFC 9111 §4.1',
  'response-part': 'RFC 9111 §3.3',
  'body-limit': undefined,
  lifetime: 'RFC 9111 §4.2.1',
  store: 'RFC 9111 §3',
  combine: 'RFC 9111 §3.4',
  neighbour: undefined,
  removed: undefined,
  // the driver's own
  'request-target': 'RFC 9112 §3.2',
  misdirected: 'RFC 9110 §7.4',
  proxy_loop_detected: 'RFC 9110 §7.6.3',
  tunnel: 'RFC 9110 §9.3.6',
  intercept: 'RFC 9110 §9.3.6',
  upgrade: 'RFC 9110 §7.8',
  tier: 'RFC 9111 §4',
  'collapse-apart': 'RFC 9111 §4',
  'collapse-released': 'RFC 9111 §4',
  'body-complete': 'RFC 9111 §3.3',
  'invalidated-meanwhile': 'RFC 9111 §4.4',
} as const satisfies Record<string, string | undefined>;

export type StepCode = keyof typeof STEP_SPECS;

/** True for a step code there is a text for. */
export function isStepCode(code: string): code is StepCode {
  return Object.hasOwn(STEP_SPECS, code);
}
