/** What came of asking the origin: 304, or the differences between the stored copy and the new reply. */
import type { JSX } from 'react';
import type { FieldDifference, RevalidateResult } from '../../proxy-core/contract/entry.ts';
import { useTexts } from '../i18n/index.ts';
import { formatBytes } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';

function Fields({ fields }: { fields: readonly FieldDifference[] }): JSX.Element {
  const t = useTexts();
  if (fields.length === 0) return <p className="faint">{t.cache.fieldsSame}</p>;
  return (
    <div className="diff">
      {fields.map(({ name, before, after }) => (
        <div key={name}>
          {before !== null && <div className="diff-line minus">{`- ${name}: ${before}`}</div>}
          {after !== null && <div className="diff-line plus">{`+ ${name}: ${after}`}</div>}
        </div>
      ))}
    </div>
  );
}

export function RevalidateReport({ result, onClose }: { result: RevalidateResult; onClose: () => void }): JSX.Element {
  const t = useTexts();
  return (
    <div className={`report ${result.kind}`} role="status" data-testid="revalidate-report" data-kind={result.kind}>
      <div className="d-line">
        <strong className="grow">
          {result.kind === 'not-modified'
            ? t.cache.notModified
            : result.kind === 'changed'
              ? t.cache.changed(String(result.status))
              : t.cache.revalidateFailed(result.message)}
        </strong>
        <button type="button" className="button quiet icon-only" aria-label={t.app.close} onClick={onClose}>
          <Icon name="close" size={12} />
        </button>
      </div>
      {result.kind === 'not-modified' && <Fields fields={result.updatedFields} />}
      {result.kind === 'changed' && (
        <>
          {result.entry === null && <p>{t.cache.changedNotStored}</p>}
          <Fields fields={result.fields} />
          <p>
            {result.body.same
              ? t.cache.bodySame(formatBytes(result.body.afterBytes))
              : t.cache.bodyDiffers(formatBytes(result.body.beforeBytes), formatBytes(result.body.afterBytes))}
          </p>
          {result.body.lines !== undefined && result.body.lines.length > 0 && (
            <div className="diff">
              {result.body.lines.map((line, index) => (
                <div
                  key={index}
                  className={`diff-line ${line.startsWith('+') ? 'plus' : line.startsWith('-') ? 'minus' : ''}`}
                >
                  {line}
                </div>
              ))}
            </div>
          )}
        </>
      )}
    </div>
  );
}
