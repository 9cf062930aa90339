/** The sentences about decisions, in the chosen language: the contract's own, the same for every client. */
export { explainReason, explainStep, whatWouldMakeItAHit } from '../../proxy-core/contract/explain/explain.ts';
