/** In the place of every view while the core lets this page do nothing: what is wrong, and a field for the token. */
import { useEffect, useRef, useState, type FormEvent, type JSX } from 'react';
import { giveToken } from '../connection/core.ts';
import { tokenIn } from '../connection/token.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';

export function TokenForm(): JSX.Element {
  const t = useTexts();
  const w = t.connect.token;
  const refusal = useConnection((state) => state.refusal);
  const refusals = useConnection((state) => state.refusals);
  const [pasted, setPasted] = useState('');
  const [missing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const token = tokenIn(pasted);
    setMissing(token === null);
    if (token !== null) giveToken(token);
  }
  return (
    <main className="view token" aria-labelledby="token-title">
      <form className="token-box" onSubmit={submit}>
        <div role="alert">
          {/* Made anew by each refusal, so that each is read out. */}
          <h2 key={refusals} id="token-title">
            {w[refusal]}
          </h2>
        </div>
        <p className="soft" id="token-text">
          {refusal === 'none' ? w.noneText : w.wrongText}
        </p>
        <label className="token-field">
          <span>{w.field}</span>
          <input
            ref={input}
            className="input mono"
            type="text"
            autoComplete="off"
            spellCheck={false}
            aria-describedby={missing ? 'token-missing' : 'token-text'}
            aria-invalid={missing}
            value={pasted}
            onChange={(event) => {
              setPasted(event.target.value);
              setMissing(false);
            }}
          />
        </label>
        {missing && (
          <p id="token-missing" className="wrong-text" role="alert">
            {w.missing}
          </p>
        )}
        <button type="submit" className="button primary">
          {w.use}
        </button>
      </form>
    </main>
  );
}
