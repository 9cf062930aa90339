/** Indents markup and style sheets line by line: for reading, not for running. Pure and linear. */

const VOID = /^<(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b/i;
const KEEP = /^<(pre|textarea|script|style)\b/i;

/** HTML or XML with one element or text per line. */
export function prettyMarkup(source: string): string {
  const parts = source.match(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<[^>]+>|[^<]+/g) ?? [];
  const lines: string[] = [];
  let depth = 0;
  let kept: string | null = null;
  for (const part of parts) {
    const text = part.trim();
    if (text === '') continue;
    if (kept !== null) {
      if (new RegExp(`^</${kept}\\b`, 'i').test(text)) {
        kept = null;
        depth = Math.max(0, depth - 1);
        lines.push('  '.repeat(depth) + text);
      } else lines.push(part.replace(/^\n+|\s+$/g, ''));
      continue;
    }
    const closing = text.startsWith('</');
    if (closing) depth = Math.max(0, depth - 1);
    const previous = lines.at(-1);
    // `<b>text</b>` stays on one line.
    if (closing && previous !== undefined && lines.length > 1 && !previous.trim().startsWith('<') && (lines.at(-2) ?? '').trim().startsWith('<') && previous.length < 100) {
      const inner = lines.pop() ?? '';
      lines[lines.length - 1] += inner.trim() + text;
      continue;
    }
    lines.push('  '.repeat(depth) + text);
    const opens = text.startsWith('<') && !closing && !text.endsWith('/>') && !/^<[!?]/.test(text) && !VOID.test(text);
    if (opens) {
      depth++;
      const match = KEEP.exec(text);
      if (match !== null) kept = match[1] ?? null;
    }
  }
  return lines.join('\n');
}

/** CSS with one declaration per line. */
export function prettyCss(source: string): string {
  let depth = 0;
  let out = '';
  let inString = '';
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
      out = `${out.trimEnd()} {\n${'  '.repeat(depth)}`;
    } else if (char === '}') {
      depth = Math.max(0, depth - 1);
      out = `${out.trimEnd()}\n${'  '.repeat(depth)}}\n${'  '.repeat(depth)}`;
    } else if (char === ';') out += `;\n${'  '.repeat(depth)}`;
    else if (/\s/.test(char)) out += /\s$/.test(out) ? '' : ' ';
    else out += char;
  }
  return out.trim();
}
