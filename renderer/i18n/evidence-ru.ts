/** Russian texts about the fields that explanations quote. */
import type { evidenceEn } from './evidence-en.ts';

export const evidenceRu: typeof evidenceEn = {
  rests: 'На каких полях это основано',
  messages: { request: 'Запрос', response: 'Ответ', stored: 'Сохранённый ответ' },
  show: { request: 'Показать это поле в запросе', response: 'Показать это поле в ответе' },
  showStored: 'Показать это поле в сохранённом ответе',
  gone: 'Сохранённого ответа с этим полем в кэше больше нет',
  back: (tab) => `Назад: «${tab}»`,
};
