/** Russian texts of notes, colours, and what is done with the exchanges that are chosen. */
import { countedRu as counted } from './counted.ts';
import type { labelsEn } from './labels-en.ts';

export const labelsRu: typeof labelsEn = {
  note: 'Заметка',
  noteOpen: 'Заметка…',
  noteTitle: counted({ one: 'Заметка к # обмену', few: 'Заметка к # обменам', many: 'Заметка к # обменам' }),
  noteHint: (filter) => `Хранится вместе с обменом; в фильтре её находит ${filter}. Пустая заметка убирается.`,
  noteSave: 'Сохранить заметку',
  color: 'Цвет',
  colors: {
    red: 'Красный',
    orange: 'Оранжевый',
    yellow: 'Жёлтый',
    green: 'Зелёный',
    blue: 'Синий',
    purple: 'Фиолетовый',
  },
  noColor: 'Без цвета',
  explain: 'Объяснить: почему',
  copyAs: 'Скопировать как',
  filterBy: 'Фильтр по этому',
  selected: 'Выбранное',
  setting: (group, label) => `Настройка: ${group}: ${label}`,
  keyNote: 'Написать заметку к строке',
  keyColor: 'Покрасить строку или убрать цвет',
};
