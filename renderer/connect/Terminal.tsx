/** Lines that lead what is started from a shell through the proxy. */
import { useEffect, useState, type JSX } from 'react';
import {
  clientVariables,
  SHELLS,
  shellLines,
  unsetLines,
  type ClientSetup,
  type Shell,
} from '../../proxy-core/contract/client-environment.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { Tabs } from '../kit/Tabs.tsx';
import { openTerminal } from './actions.ts';
import { Lines } from './Lines.tsx';

const usual: Shell = typeof navigator !== 'undefined' && /Win/.test(navigator.platform) ? 'powershell' : 'bash';

/** `caFingerprint` changes with the CA, and with it the files that the lines name. */
export function Terminal({ caFingerprint }: { caFingerprint: string | undefined }): JSX.Element {
  const t = useTexts();
  const words = t.clients.terminal;
  const listening = useConnection((state) => state.info?.listening ?? null);
  const clients = useConnection((state) => state.clients);
  const [setup, setSetup] = useState<ClientSetup | null>(null);
  const [shell, setShell] = useState<Shell>(usual);
  useEffect(() => {
    let gone = false;
    call('clients.environment', {}).then(
      (next) => {
        if (!gone) setSetup(next);
      },
      () => {
        if (!gone) setSetup(null);
      },
    );
    return () => {
      gone = true;
    };
  }, [listening, caFingerprint]);
  const variables = setup === null ? [] : clientVariables(setup);
  return (
    <section className="set-group" aria-labelledby="connect-terminal">
      <h2 id="connect-terminal">{words.title}</h2>
      <div className="set-card connect-card">
        <p className="soft">{words.lead}</p>
        <Lines lines={[words.run]} label={words.lead} />
        {setup !== null && clients?.terminal !== undefined && (
          <div className="connect-line">
            <button
              type="button"
              className="button"
              title={clients.terminal}
              disabled={clients.problem !== undefined}
              onClick={openTerminal}
            >
              {words.open}
            </button>
            <span className="faint">{words.openNote}</span>
          </div>
        )}
        {setup !== null && (
          <>
            <p className="soft">{words.lines}</p>
            {setup.caFile === undefined && <p className="faint">{words.noCa}</p>}
            <Tabs
              label={words.shell}
              tabs={SHELLS.map((id) => ({ id, label: words.shells[id] }))}
              active={shell}
              onChange={setShell}
              panel={(of) => (
                <>
                  <Lines lines={shellLines(of, variables)} label={words.shells[of]} />
                  <p className="faint">{words.undo}</p>
                  <Lines lines={unsetLines(of, variables)} label={words.undo} />
                </>
              )}
            />
          </>
        )}
      </div>
    </section>
  );
}
