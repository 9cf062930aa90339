/** The cases of `truths/`, read; what they are made of stands in `truths.test.ts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionBounds } from './connections-over-sockets.ts';
import type { StoryBounds } from './story.ts';

export const TRUTHS = join(import.meta.dirname, '..', 'truths');

export interface Truth {
  head: string;
  title: string;
  bounds: StoryBounds & ConnectionBounds;
  /** Every line before the first `==`. */
  before: string[];
  script: string;
  /** The clause it is judged by. */
  clause: string;
  /** Why it cannot be run over sockets: `~ why`. */
  noSockets?: string;
  /** Why it is run over sockets alone: `^ why`. Then it is a script of `connections-over-sockets.ts`. */
  onlySockets?: string;
  said: { id: number; lines: string[] }[];
}

export function readTruths(file: string): Truth[] {
  const parts = readFileSync(join(TRUTHS, file), 'utf8').split(/^## /m).slice(1);
  return parts.map((part) => {
    const [head = '', ...lines] = part.split('\n').map((line) => line.trim());
    const at = head.indexOf(' {');
    const said: Truth['said'] = [];
    const before: string[] = [];
    for (const line of lines.filter((text) => text !== '')) {
      const id = line.startsWith('== ') ? line.slice(3) : undefined;
      if (id !== undefined) said.push({ id: Number(id), lines: [] });
      else (said.at(-1)?.lines ?? before).push(line);
    }
    // The tests' own file.
    // No default lifetime, as delivered.
    const bounds = { ttlSeconds: 0, ...(at < 0 ? {} : (JSON.parse(head.slice(at)) as Truth['bounds'])) };
    const clause = before.find((line) => line.startsWith('§ '))?.slice(2);
    if (clause === undefined || !/^RFC \d{4} \d/.test(clause))
      throw new Error(`${file}: ${head}: by which clause? (§ RFC 9111 4.2.1)`);
    const noSockets = before.find((line) => line.startsWith('~ '))?.slice(2);
    const onlySockets = before.find((line) => line.startsWith('^ '))?.slice(2);
    const script = before.filter((line) => !/^[§~^] /.test(line)).join('\n');
    return {
      head,
      title: at < 0 ? head : head.slice(0, at),
      bounds,
      before,
      script,
      clause,
      ...(noSockets !== undefined && { noSockets }),
      ...(onlySockets !== undefined && { onlySockets }),
      said,
    };
  });
}
