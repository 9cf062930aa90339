/** Parts of the window that are not loaded with the page but when they are first shown, or when nothing else is to be done. */
import { createElement, Suspense, use, type ComponentType, type JSX } from 'react';
import { useTexts } from '../i18n/index.ts';

interface Part {
  load: () => Promise<void>;
  /** The next look asks for the file again. */
  forgetFailure: () => void;
}
/** Parts that were declared. */
const parts: Part[] = [];

function Waiting(): JSX.Element {
  const t = useTexts();
  return (
    <div className="part-waiting" aria-busy="true" role="status">
      <span className="hidden-text">{t.app.loading}</span>
    </div>
  );
}

/**
 * A component in a file of its own. Drawn at once when the file is there; until then its room is kept empty. A file that
 * cannot be had is told by the error boundary around it, whose *Try again* asks for it once more.
 */
export function part<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  let failed = false;
  let loading: Promise<ComponentType<P>> | null = null;
  const start = (): Promise<ComponentType<P>> =>
    (loading ??= load().then(
      (component) => (loaded = component),
      (problem: unknown) => {
        failed = true;
        throw problem;
      },
    ));
  const forgetFailure = (): void => {
    if (failed) loading = null;
    failed = false;
  };
  parts.push({ load: () => start().then(() => undefined), forgetFailure });
  function Loaded(props: P): JSX.Element {
    return createElement(loaded ?? use(start()), props);
  }
  return function Part(props: P) {
    return (
      <Suspense fallback={<Waiting />}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}

/** Files that could not be had are asked for again by who is drawn next. */
export function forgetFailures(): void {
  for (const { forgetFailure } of parts) forgetFailure();
}

/** Loads every part. One that cannot be had is asked for again where it is shown. */
export async function loadParts(): Promise<void> {
  await Promise.allSettled(parts.map(({ load }) => load()));
  forgetFailures();
}

/** Loads every part once the page has nothing to do, so that the first look at one does not wait. */
export function loadPartsWhenIdle(): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(() => void loadParts(), { timeout: 5000 });
  else setTimeout(() => void loadParts(), 500);
}
