/** A request of one's own: written at the left, its answer explained at the right. */
import type { JSX } from 'react';
import { useTexts } from '../i18n/index.ts';
import { Answer } from './Answer.tsx';
import { Form } from './Form.tsx';
import './compose.css';

export function ComposeView(): JSX.Element {
  const t = useTexts();
  return (
    <main className="view compose" aria-label={t.app.views.compose}>
      <h1 className="hidden-text">{t.app.views.compose}</h1>
      <Form />
      <Answer />
    </main>
  );
}
