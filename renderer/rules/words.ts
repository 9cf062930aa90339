/** What rules do, in words. */
import type { RuleAction } from '../../proxy-core/contract/rules/rule.ts';
import type { Catalogue } from '../i18n/index.ts';
import { formatDuration } from '../ui/format.ts';

export function sayAction(t: Catalogue, action: RuleAction): string {
  const { says } = t.rules;
  switch (action.do) {
    case 'set-field':
      return says.setField(action.name, action.value);
    case 'add-field':
      return says.addField(action.name, action.value);
    case 'remove-field':
      return says.removeField(action.name);
    case 'replace-in-field':
      return says.replaceInField(action.name, action.pattern, action.with);
    case 'preset':
      return action.preset === 'make-cacheable'
        ? says.makeCacheable(formatDuration((action.seconds ?? 3600) * 1000))
        : t.rules.presets[action.preset];
    case 'set-method':
      return says.setMethod(action.method);
    case 'set-status':
      return says.setStatus(String(action.status));
    case 'map-remote':
      return says.mapRemote(action.to);
    case 'map-local':
      return says.mapLocal(action.path);
    case 'mock':
      return says.mock(String(action.status));
    case 'redirect':
      return says.redirect(String(action.status), action.to);
    case 'abort':
      return says.abort;
    case 'breakpoint':
      return says.breakpoint;
    case 'throttle':
      return says.throttle(action.profile);
    case 'delay':
      return action.upToMs === undefined
        ? says.delay(formatDuration(action.ms))
        : says.delayUpTo(formatDuration(action.ms), formatDuration(action.upToMs));
  }
}
