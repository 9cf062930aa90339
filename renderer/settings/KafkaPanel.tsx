/** The mirror's delivery in numbers, and a test of the connection with a plain answer for each step. */
import { useState, type JSX } from 'react';
import type { KafkaState, KafkaStatus, KafkaTestResult } from '../../proxy-core/contract/kafka.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { formatBytes, formatClock, formatCount, formatDuration, formatRate } from '../ui/format.ts';
import { useNow } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';

function Delivery({ status }: { status: KafkaStatus }): JSX.Element {
  const t = useTexts();
  const s = t.settings;
  const now = useNow(1000);
  const retry =
    status.retryAtMs === undefined || status.state !== 'backing-off'
      ? ''
      : ` · ${s.kafkaRetry(formatDuration(1000 * Math.max(0, Math.ceil((status.retryAtMs - now) / 1000))))}`;
  // What went wrong is over when the mirror delivers, or does not try to.
  const isOver = status.state === 'ready' || status.state === 'off';
  const figures: [string, string][] = [
    [s.kafkaState, `${t.top.kafkaStates[status.state]}${retry}`],
    [s.kafkaOffered, formatCount(status.offered)],
    [s.kafkaQueued, `${formatCount(status.queued)} · ${formatBytes(status.queuedBytes)}`],
    [s.kafkaSent, `${formatCount(status.sent)} · ${formatRate(status.rate)}/s`],
    ...(status.acks === 0 ? [] : [[s.kafkaConfirmed, formatCount(status.confirmed)] satisfies [string, string]]),
    [s.kafkaFailed, formatCount(status.failed)],
    [s.kafkaDropped, formatCount(status.dropped)],
    ...(status.sampledOut === 0 ? [] : [[s.kafkaSampled, formatCount(status.sampledOut)] satisfies [string, string]]),
  ];
  return (
    <>
      <dl className="totals" data-testid="kafka-delivery">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {status.lastError !== undefined && (
        <p className={isOver ? 'faint' : 'wrong-text'} data-testid="kafka-error">
          {isOver ? s.kafkaEarlierError : s.kafkaLastError}
          {status.lastErrorAtMs === undefined ? '' : ` (${formatClock(status.lastErrorAtMs, false)})`}:{' '}
          {status.lastError}
        </p>
      )}
    </>
  );
}

interface Tested {
  result: KafkaTestResult;
  /** What they were when it was asked. */
  settings: string;
  state: KafkaState;
}

/** A verdict holds for the settings it was given for, and until the mirror itself finds the contrary. */
function holds({ result, settings, state }: Tested, stateNow: KafkaState, settingsNow: string): boolean {
  return settings === settingsNow && (state === stateNow || stateNow !== (result.ok ? 'backing-off' : 'ready'));
}

/** `dialAllow` is the setting the mirror dials by, like the proxy. */
export function KafkaPanel({
  status,
  settings,
  dialAllow,
  ask = () => call('kafka.test', { patch: {} }),
}: {
  status: KafkaStatus;
  /** All that a test depends on, as text. */
  settings: string;
  dialAllow: unknown;
  ask?: () => Promise<KafkaTestResult>;
}): JSX.Element {
  const t = useTexts();
  const s = t.settings;
  const [testing, setTesting] = useState(false);
  const [tested, setTested] = useState<Tested | null>(null);
  const result = tested !== null && holds(tested, status.state, settings) ? tested.result : null;

  function test(): void {
    setTesting(true);
    setTested(null);
    ask()
      .then((found) => setTested({ result: found, settings, state: status.state }), showProblem)
      .finally(() => setTesting(false));
  }
  function createTopic(): void {
    call('kafka.createTopic', {}).then(() => {
      showToast({ tone: 'good', text: s.kafkaCreated });
      test();
    }, showProblem);
  }

  return (
    <div className="kafka-panel">
      <div className="d-line">
        <h3 className="grow">{s.kafkaPanel}</h3>
        <button type="button" className="button" disabled={testing} onClick={test}>
          {testing ? s.kafkaTesting : s.kafkaTest}
        </button>
      </div>
      <Delivery status={status} />
      <p className="faint" data-testid="kafka-dial">
        {s.kafkaDial(s.label.dialAllow)} {dialAllow === 'loopback' ? s.kafkaDialLoopback : s.kafkaDialAny}
      </p>
      {result !== null && (
        <div className="kafka-test" role="status" data-testid="kafka-test" data-ok={result.ok}>
          <p className={result.ok ? 'good-text' : 'wrong-text'}>{result.ok ? s.kafkaTestOk : s.kafkaTestBad}</p>
          <ol>
            {result.steps.map((step) => (
              <li key={step.step} className={step.ok ? 'good' : 'bad'}>
                <Icon name={step.ok ? 'check' : 'close'} size={13} />
                <strong>{s.kafkaSteps[step.step]}</strong>
                <span className="grow">{step.message}</span>
                <span className="faint">{formatDuration(step.ms)}</span>
              </li>
            ))}
          </ol>
          {result.canCreateTopic === true && (
            <button type="button" className="button" onClick={createTopic}>
              {s.kafkaCreate}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
