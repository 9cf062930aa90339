import type { StageName } from '../../../contract/exchange.ts';
import type { Stages, StageView, Verdict } from '../stages.ts';

/** Stages that do what the path says, later: `/staged-drop-origin-request`. */
export function stagesByPath(): Stages {
  const act =
    <Change>(name: StageName, change: Change) =>
    ({ askedUrl }: StageView): Verdict<Change> | Promise<Verdict<Change>> => {
      if (!askedUrl.includes('/staged-')) return undefined;
      if (askedUrl.includes('-change')) return Promise.resolve({ kind: 'change', change });
      if (!askedUrl.endsWith(name)) return Promise.resolve(undefined);
      return Promise.resolve(
        askedUrl.includes('-drop')
          ? { kind: 'drop' }
          : {
              kind: 'answer',
              reply: { status: 203, fields: ['Cache-Control', 'max-age=60'], body: Buffer.from('own') },
            },
      );
    };
  return {
    clientRequest: act('client-request', { fields: ['Host', 'x', 'X-Staged', '1'] }),
    originRequest: act('origin-request', { fields: ['X-Staged', '2'] }),
    originResponse: act('origin-response', { fields: ['Cache-Control', 'max-age=60'] }),
    clientResponse: act('client-response', { statusText: 'Fine' }),
  };
}
