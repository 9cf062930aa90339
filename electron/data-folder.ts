/** Whether the data folder can be written at all. */
import fs from 'node:fs';

/** Makes the folder when it is missing. In words what is wrong; undefined when it can be written. A disk that is full is not told here. */
export function writingProblem(folder: string): string | undefined {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.accessSync(folder, fs.constants.W_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOSPC'
      ? undefined
      : `the data folder ${folder} cannot be written (${code}); what is set in this run is not kept`;
  }
}
