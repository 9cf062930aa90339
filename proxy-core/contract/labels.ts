/** What a person writes beside a captured exchange. */

/** Colours a row can be given. */
export const ROW_COLORS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export type RowColor = (typeof ROW_COLORS)[number];

/** Longest note, characters. */
export const NOTE_MAX = 1000;

/** What of a label is changed: an empty note, or `none`, takes it away; what is absent stays. */
export interface LabelChange {
  note?: string;
  color?: RowColor | 'none';
}
