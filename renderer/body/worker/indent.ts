/** Indented lines whose indentation is paid for: whatever is nested how deep, the output stays a small multiple of the input. */

/** Deeper levels are indented like this one. */
const MAX_DEPTH = 32;
/** Spaces of indentation each character of text earns, and those given at the start. */
const EARNED = 2;
const GIVEN = 4096;
/** Lines joined at once. */
const BATCH = 4096;

/**
 * Collects lines. With a line feed per line (each line has at least one character of its source) the whole is at most
 * four times the source and 4 KiB.
 */
export class IndentedLines {
  #done = '';
  #lines: string[] = [];
  #credit = GIVEN;

  /** Adds a line; `earned` counts its characters that stood in the source. */
  push(depth: number, text: string, earned = text.length): void {
    this.#credit += EARNED * earned;
    const spaces = Math.min(2 * Math.min(depth, MAX_DEPTH), this.#credit);
    this.#credit -= spaces;
    this.#lines.push(' '.repeat(spaces) + text);
    if (this.#lines.length >= BATCH) this.#join();
  }

  text(): string {
    this.#join();
    // Without the line feed after the last line.
    return this.#done.slice(0, -1);
  }

  #join(): void {
    if (this.#lines.length > 0) this.#done += `${this.#lines.join('\n')}\n`;
    this.#lines = [];
  }
}
