/** Chooses one side of a comparison, and says where the other one is chosen. */
import { texts } from '../i18n/index.ts';
import { pick, type Compared } from '../state/comparing.ts';
import { showToast } from '../state/toasts.ts';

export function pickSide(side: Compared): void {
  pick(side);
  showToast({ tone: 'info', text: texts().traffic.menu.comparePicked(side.label) });
}
