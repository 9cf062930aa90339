import type { StageName } from '../../../contract/exchange.ts';
import type { Stages, StageView, StageWait, Verdict } from '../stages.ts';

/** The content is read, and goes on longer by a byte. */
async function edited<Change>(wait: StageWait): Promise<Verdict<Change>> {
  wait.onGone(() => undefined);
  const content = (await wait.readContent(1024)) ?? Buffer.alloc(0);
  return { kind: 'change', change: { content: Buffer.concat([content, Buffer.from('+')]) } as Change };
}

/** Stages that do what the path says, later: `/staged-drop-origin-request`. */
export function stagesByPath(): Stages {
  const act =
    <Change>(name: StageName, change: Change) =>
    ({ askedUrl, wait }: StageView & { wait: StageWait }): Verdict<Change> | Promise<Verdict<Change>> => {
      if (!askedUrl.includes('/staged-')) return undefined;
      if (askedUrl.includes('-read')) return edited(wait);
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
