/** Texts about held exchanges that come with the page; the others come with the editor (`held/texts.ts`). */
export const heldEn = {
  held: (age: string) => `held ${age}`,
  resumeAll: 'Resume all',
  breakOn: 'Break on requests like this',
  breakOnFilter: 'Break on what the filter shows',
};
