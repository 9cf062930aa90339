/** What the heads of a grid offer. */
export const gridEn = {
  columns: 'Columns',
  ascending: 'Sort ascending',
  descending: 'Sort descending',
  unsorted: 'Own order',
  left: 'Move left',
  right: 'Move right',
  wider: 'Wider',
  narrower: 'Narrower',
  hide: 'Hide column',
};
