/**
 * Header sets: a title, `@ source` (document or RFC section, or which program sent it here), `> what this proxy did`
 * (state, and `60 max-age` for its own lifetime), field lines, and behind `==` the chain in English and `==` in Russian:
 * one line each hop, `!` contradictions, `?` lines that are not understood.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldLine } from '../../exchange.ts';
import type { Chain, HopState } from '../chain.ts';
import { explainContradiction, explainHop, explainUnknown } from '../../explain/chain.ts';
import { readChain, type ChainInput } from '../read-chain.ts';

export const SETS = join(import.meta.dirname, '..', 'sets');
export const SET_FILES = readdirSync(SETS);

export interface HeaderSet {
  title: string;
  source: string;
  /** Everything before the first `==`. */
  given: string[];
  input: ChainInput;
  en: string[];
  ru: string[];
}

/** The cases of one file. */
export function readSets(file: string): HeaderSet[] {
  const parts = readFileSync(join(SETS, file), 'utf8').split(/^## /m).slice(1);
  return parts.map((part) => {
    const [title = '', ...lines] = part.trimEnd().split('\n');
    const [given = [], en = [], ru = []] = lines.reduce<string[][]>(
      (all, line) => {
        if (line === '==') all.push([]);
        else if (line !== '') all.at(-1)!.push(line);
        return all;
      },
      [[]],
    );
    const source = given.find((line) => line.startsWith('@ '))?.slice(2);
    if (source === undefined) throw new Error(`${file}: ${title}: where does it come from? (@ RFC 9211 §3)`);
    return { title, source, given, input: inputOf(given), en, ru };
  });
}

function inputOf(given: readonly string[]): ChainInput {
  const fields = given
    .filter((line) => !line.startsWith('@ ') && !line.startsWith('> '))
    .map((line): FieldLine => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
  // The tests' own file.
  const [state = 'miss', seconds, directive = ''] =
    given
      .find((line) => line.startsWith('> '))
      ?.slice(2)
      .split(' ') ?? [];
  const rule = seconds === undefined ? {} : { lifetime: { seconds: Number(seconds), field: '', directive } };
  return { fields, list: 'upstream', ours: { state: state as HopState, asked: state !== 'hit', ...rule } };
}

/** The chain in words, as it stands in a file. */
export function toldOf(chain: Chain, language: 'en' | 'ru'): string[] {
  return [
    ...chain.hops.map((hop) => explainHop(language, hop)),
    ...chain.contradictions.map((contradiction) => `! ${explainContradiction(language, chain, contradiction)}`),
    ...chain.unknown.map((unknown) => `? ${explainUnknown(language, unknown)}`),
  ];
}

/** A file anew, with what is said today. */
export function writtenAnew(file: string): string {
  const text = readFileSync(join(SETS, file), 'utf8');
  const cases = readSets(file).map(({ title, given, input }) => {
    const chain = readChain(input);
    return [`## ${title}`, ...given, '==', ...toldOf(chain, 'en'), '==', ...toldOf(chain, 'ru')].join('\n');
  });
  return `${text.slice(0, text.indexOf('## '))}${cases.join('\n\n')}\n`;
}

/** A selection for people to read: all that products document, and the first head each real cache sent here. */
export function selection(): string {
  const seen = new Set<string>();
  const told = SET_FILES.flatMap((file) =>
    readSets(file)
      .filter(({ source }) => {
        const first = !seen.has(source);
        if (source.startsWith('sent here')) seen.add(source);
        return first;
      })
      .map(({ title, source, given, en, ru }) =>
        [
          `## ${title}`,
          '',
          `From: ${source}`,
          '',
          ...given.filter((line) => !line.startsWith('@ ')).map((line) => `    ${line}`),
          '',
          ...en.map((line) => `- ${line}`),
          '',
          'По-русски:',
          '',
          ...ru.map((line) => `- ${line}`),
        ].join('\n'),
      ),
  );
  return [
    '# Chains of caches',
    '',
    'What is read from the fields of a response of the caches it came through, hop by hop, in English and in Russian. `>` is what',
    'this proxy did, with its own lifetime; `!` what does not go together, `?` what is not understood. Written by',
    '`BSDM_UPDATE=1 vitest run proxy-core/contract/chain` from `proxy-core/contract/chain/sets/`.',
    '',
    `${told.join('\n\n')}\n`,
  ].join('\n');
}
