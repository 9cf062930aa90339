/** The chain of caches in words: who a hop is, what it did, what contradicts, what is unknown. */
import type { Chain, ChainHop, Contradiction, HopState, UnknownField } from '../chain/chain.ts';
import type { ExplainLanguage } from './explain.ts';
import type { ChainTexts } from './chain-texts.ts';
import { EN_CHAIN } from './en/chain.ts';
import { RU_CHAIN } from './ru/chain.ts';

const TEXTS: Record<ExplainLanguage, ChainTexts> = { en: EN_CHAIN, ru: RU_CHAIN };

/** `Cloudflare`, `the browser`, `this proxy`, `a cache without a name`. */
export function hopName(language: ExplainLanguage, hop: ChainHop): string {
  return TEXTS[language].who(hop);
}

/** One or two words for a badge: `hit`, `not asked`. */
export function hopStateWord(language: ExplainLanguage, state: HopState): string {
  return TEXTS[language].states[state];
}

/** All that is known of a hop, in one sentence. */
export function explainHop(language: ExplainLanguage, hop: ChainHop): string {
  const texts = TEXTS[language];
  const where = hop.pop === undefined ? '' : ` (${hop.pop})`;
  const said = hop.said === undefined ? '' : ` (${hop.said})`;
  const notes = texts.notes(hop);
  const rule = hop.lifetime === undefined ? [] : [texts.lifetime(hop, hop.lifetime, true)];
  return [`${texts.who(hop)}${where}: ${texts.did(hop)}${said}`, ...notes, ...rule].join('; ');
}

/** The lifetime of a hop, with or without the field it rests on; empty when none is known. */
export function explainLifetime(language: ExplainLanguage, hop: ChainHop, withSource = true): string {
  return hop.lifetime === undefined ? '' : TEXTS[language].lifetime(hop, hop.lifetime, withSource);
}

/** What does not go together, in one sentence. */
export function explainContradiction(language: ExplainLanguage, chain: Chain, contradiction: Contradiction): string {
  return TEXTS[language].contradiction(contradiction, (hop) => TEXTS[language].who(chain.hops[hop]!));
}

/** A line that tells of a cache and is not understood. */
export function explainUnknown(language: ExplainLanguage, unknown: UnknownField): string {
  return TEXTS[language].unknown(unknown.why, `${unknown.name}: ${unknown.part ?? unknown.value}`);
}

/** What a hop did and what else it says, without its name: for a picture that shows that beside. */
export function describeHop(language: ExplainLanguage, hop: ChainHop): { did: string; notes: readonly string[] } {
  return { did: TEXTS[language].did(hop), notes: TEXTS[language].notes(hop) };
}
