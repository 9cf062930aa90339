/** English texts of notes, colours, and what is done with the exchanges that are chosen. */
import { countedEn as counted } from './counted.ts';

export const labelsEn = {
  note: 'Note',
  noteOpen: 'Note…',
  noteTitle: counted({ one: 'Note for # exchange', other: 'Note for # exchanges' }),
  noteHint: (filter: string) => `Kept with the exchange; ${filter} in the filter finds it. An empty note is removed.`,
  noteSave: 'Save note',
  color: 'Colour',
  colors: { red: 'Red', orange: 'Orange', yellow: 'Yellow', green: 'Green', blue: 'Blue', purple: 'Purple' },
  noColor: 'No colour',
  explain: 'Explain: why',
  copyAs: 'Copy as',
  filterBy: 'Filter by this',
  /** Before an action in the palette. */
  selected: 'Selected',
  setting: (group: string, label: string) => `Setting: ${group}: ${label}`,
  keyNote: 'Write a note to the row',
  keyColor: 'Colour the row, or take its colour away',
};
