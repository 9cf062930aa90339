/** What a scenario is made of; plain data, so that it can be played again with steps left out. */
import type { FieldList } from '../../../../http/fields.ts';
import type { Asked } from './fields.ts';
import type { Settings } from './settings.ts';

/** A question to the origin: the `nth` that the request with this number caused. */
export interface Named {
  n: number;
  nth: number;
}

export type Step =
  | { do: 'ask'; asked: Asked }
  | { do: 'head'; call: Named; status: number; fields: FieldList }
  | { do: 'data'; call: Named; text: string }
  | { do: 'end'; call: Named }
  | { do: 'break'; call: Named; code: string }
  | { do: 'wait'; ms: number }
  | { do: 'leave'; n: number }
  | { do: 'purge'; url: string };

export interface Scenario {
  settings: Settings;
  steps: readonly Step[];
}

export const STANDARD: Settings = {
  mode: 'standard',
  ttlSeconds: 60,
  maxBodyBytes: 1000,
  ignoreClientControl: false,
  cdnCacheControl: false,
  capacity: 100,
  finishAbandonedBytes: 0,
};

const ORIGIN = 'http://a.test';

/** The scenario as a case of `truths/`: what it takes to put it there. */
export function asStory({ settings, steps }: Scenario): string {
  const other = Object.entries(settings).filter(([name, value]) => STANDARD[name as keyof Settings] !== value);
  const letters = new Map<string, string>();
  const letter = ({ n, nth }: Named): string => {
    const key = `${n}.${nth}`;
    if (!letters.has(key)) letters.set(key, String.fromCharCode(65 + letters.size));
    return letters.get(key)!;
  };
  const path = (url: string): string => (url.startsWith(`${ORIGIN}/`) ? url.slice(ORIGIN.length) : url);
  const listed = (fields: FieldList): string => {
    const lines: string[] = [];
    for (let i = 0; i < fields.length; i += 2) if (fields[i] !== 'X-Id') lines.push(`${fields[i]}: ${fields[i + 1]}`);
    return lines.length === 0 ? '' : ` [${lines.join('; ')}]`;
  };
  const lines = steps.map((step) => {
    switch (step.do) {
      case 'ask':
        return `>> ${step.asked.n} ${step.asked.method} ${path(step.asked.url)}${listed(step.asked.fields)}`;
      case 'head':
        return `<= ${letter(step.call)} ${step.status}${listed(step.fields)}`;
      case 'data':
        return `<= ${letter(step.call)} "${step.text}"`;
      case 'end':
        return `<= ${letter(step.call)} end`;
      case 'break':
        return `<= ${letter(step.call)} (${step.code})`;
      case 'wait':
        return `-- ${step.ms / 1000} s`;
      case 'leave':
        return `>> ${step.n} (gone)`;
      case 'purge':
        return `-- purge ${path(step.url)}`;
    }
  });
  return `${other.length === 0 ? '' : `${JSON.stringify(Object.fromEntries(other))}\n`}${lines.join('\n')}`;
}
