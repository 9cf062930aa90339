/** String literals of programming languages. Only what is harmless in all of them stands as it is. */

const isHarmless = (char: string): boolean => /[A-Za-z0-9/._~=,:;@!&%?+* -]/.test(char);

function literal(text: string, quote: '"' | "'", escape: (code: number) => string): string {
  let out = quote;
  for (const char of text)
    out += isHarmless(char) || (char === '"' && quote === "'") ? char : escape(char.codePointAt(0)!);
  return out + quote;
}

const padded = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** JavaScript: `'\u0027'`. */
export const jsString = (text: string): string =>
  literal(text, "'", (code) => (code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${padded(code, 4)}`));

/** Ruby has the same escapes inside double quotes, where `#{` would otherwise be code. */
export const rubyString = (text: string): string =>
  literal(text, '"', (code) => (code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${padded(code, 4)}`));

export const pythonString = (text: string): string =>
  literal(text, '"', (code) => (code > 0xffff ? `\\U${padded(code, 8)}` : `\\u${padded(code, 4)}`));

/** Java reads `\u0022` before it reads anything else, and takes it for the end of the string: octal escapes it is. */
export const javaString = (text: string): string =>
  literal(text, '"', (code) =>
    code < 0x80
      ? `\\${code.toString(8).padStart(3, '0')}`
      : [...String.fromCodePoint(code)].flatMap((char) => units(char)).join(''),
  );

const units = (char: string): string[] =>
  Array.from({ length: char.length }, (_, index) => `\\u${padded(char.charCodeAt(index), 4)}`);
