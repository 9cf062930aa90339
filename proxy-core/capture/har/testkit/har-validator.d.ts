declare module 'har-validator' {
  /** Resolves with what is a HAR file; rejects with what is wrong with it. */
  export function har(file: unknown): Promise<unknown>;
  const all: { har: typeof har };
  export default all;
}
