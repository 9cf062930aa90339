/** Русские тексты об обменах на точках останова, которые нужны сразу. */
import type { Catalogue } from './en.ts';

export const heldRu: Catalogue['held'] = {
  held: (age) => `стоит ${age}`,
  resumeAll: 'Отпустить все',
  breakOn: 'Останавливать такие запросы',
  breakOnFilter: 'Останавливать то, что показывает фильтр',
};
