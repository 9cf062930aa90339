/** Faults of every callback, with memory alone and with a second cache behind it. */
import { describe } from 'vitest';
import { faultsAreContained } from './fault-injection.suite.ts';

describe('with memory alone, an exception in', () => faultsAreContained('memory'));
describe('with a second cache behind it, an exception in', () => faultsAreContained('tier'));
