/** What every writer of lines is given beside the path: a field to set, or (null) to leave out; name and value are plain. */
export interface Line {
  readonly name: string;
  readonly value: string | null;
}
