/** Faults of every callback, with stages on the way. */
import { describe } from 'vitest';
import { faultsAreContained } from './fault-injection.suite.ts';

describe('with stages on the way, an exception in', () => faultsAreContained('stages'));
