/** What sessions need beside the list: the dialog that saves, and, once this is loaded (when the page has nothing else to do), dropped files. */
import { takeDroppedFiles } from './drop.ts';

takeDroppedFiles();

export { SaveDialog } from './SaveDialog.tsx';
