/** Fields of a head as text to be edited: `Name: value`, one a line. */

export const linesOf = (fields: readonly (readonly [string, string])[]): string =>
  fields.map(([name, value]) => `${name}: ${value}`).join('\n');

/** Empty lines are left out; a line without a colon is a name without a value. */
export const fieldsOf = (text: string): [string, string][] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
