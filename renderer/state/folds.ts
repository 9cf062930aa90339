/** What the person folded and unfolded: kept for as long as the page is open, whatever is looked at. */
import { create } from 'zustand';

const useFolds = create<{ open: Readonly<Record<string, boolean>> }>()(() => ({ open: {} }));

/** Whether what `name` names is unfolded, and how to change that. `usual` holds until the person has decided. */
export function useFold(name: string, usual: boolean): [open: boolean, toggle: () => void] {
  const open = useFolds((state) => state.open[name]) ?? usual;
  return [open, () => useFolds.setState((state) => ({ open: { ...state.open, [name]: !open } }))];
}
