/** Indents markup and style sheets line by line: for reading, not for running. Pure and linear. */

const VOID = /^<(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b/i;
/** Whole elements whose text is not markup, comments, CDATA, tags, text; in this order. */
const PARTS = /<(script|style|pre|textarea)\b[^>]*>[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^>]+>|[^<]+|</gi;
/** `<b>text</b>` stays on one line up to this length. */
const SHORT = 100;

/** HTML or XML with one element or text per line. */
export function prettyMarkup(source: string): string {
  const lines: string[] = [];
  let depth = 0;
  for (const [part, raw] of source.matchAll(PARTS)) {
    const text = part.trim();
    if (text === '') continue;
    const closing = text.startsWith('</');
    if (closing) depth = Math.max(0, depth - 1);
    const inner = lines.at(-1)?.trim() ?? '';
    const opening = lines.at(-2)?.trim() ?? '';
    if (closing && !inner.startsWith('<') && opening.startsWith('<') && !opening.startsWith('</') && inner.length < SHORT) {
      lines.pop();
      lines.push(`${lines.pop() ?? ''}${inner}${text}`);
      continue;
    }
    lines.push('  '.repeat(depth) + text);
    const opens = raw === undefined && text.startsWith('<') && !closing && !text.endsWith('/>') && !/^<[!?]/.test(text) && !VOID.test(text);
    if (opens) depth++;
  }
  return lines.join('\n');
}

/** CSS with one declaration per line. */
export function prettyCss(source: string): string {
  let depth = 0;
  let out = '';
  let inString = '';
  const indent = (): string => '  '.repeat(depth);
  for (let index = 0; index < source.length; index++) {
    const char = source.charAt(index);
    if (inString !== '') {
      out += char;
      if (char === inString && source.charAt(index - 1) !== '\\') inString = '';
    } else if (char === '"' || char === "'") {
      inString = char;
      out += char;
    } else if (char === '{') {
      depth++;
      out += `${/\s$/.test(out) ? '' : ' '}{\n${indent()}`;
    } else if (char === '}') {
      depth = Math.max(0, depth - 1);
      // The closing bracket takes the place of the indent that waits for the next declaration.
      out = /\n *$/.test(out.slice(-80)) ? out.slice(0, out.lastIndexOf('\n')) : out;
      out += `\n${indent()}}\n${indent()}`;
    } else if (char === ';') out += `;\n${indent()}`;
    else if (/\s/.test(char)) out += /\s$/.test(out.slice(-1)) ? '' : ' ';
    else out += char;
  }
  return out.trim();
}
