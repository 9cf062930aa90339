import type { gridEn } from './grid-en.ts';

export const gridRu: typeof gridEn = {
  columns: 'Столбцы',
  ascending: 'По возрастанию',
  descending: 'По убыванию',
  unsorted: 'Без сортировки',
  left: 'Сдвинуть влево',
  right: 'Сдвинуть вправо',
  wider: 'Шире',
  narrower: 'Уже',
  hide: 'Скрыть столбец',
};
