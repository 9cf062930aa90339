/** What was checked, what could not be, and what was found to be otherwise. */

export interface Contradiction {
  kind: string;
  text: string;
}

export class Tally {
  exchanges = 0;
  readonly checks = new Map<string, number>();
  /** Numbers read in sentences, by what they mean. */
  readonly read = new Map<string, number>();
  readonly unmodelled = new Map<string, number>();
  readonly contradictions: Contradiction[] = [];

  checked(kind: string): void {
    this.checks.set(kind, (this.checks.get(kind) ?? 0) + 1);
  }

  readNumber(role: string): void {
    this.read.set(role, (this.read.get(role) ?? 0) + 1);
  }

  notModelled(kind: string): void {
    this.unmodelled.set(kind, (this.unmodelled.get(kind) ?? 0) + 1);
  }

  contradict(kind: string, text: string): void {
    this.contradictions.push({ kind, text });
  }

  /** One check: what is said, and what is so. */
  same(kind: string, about: string, said: unknown, is: unknown): void {
    this.checked(kind);
    if (said !== is) this.contradict(kind, `${about}: said ${String(said)}, is ${String(is)}`);
  }

  add(other: Tally): void {
    this.exchanges += other.exchanges;
    for (const [mine, theirs] of [
      [this.checks, other.checks],
      [this.read, other.read],
      [this.unmodelled, other.unmodelled],
    ] as const)
      for (const [kind, count] of theirs) mine.set(kind, (mine.get(kind) ?? 0) + count);
    this.contradictions.push(...other.contradictions);
  }
}
