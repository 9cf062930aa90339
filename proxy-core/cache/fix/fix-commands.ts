/** The command about what would make an exchange a hit: the record comes from the capture, the answer from the decisions. */
import type { CommandHandlers } from '../../contract/commands.ts';
import type { ExchangeDetail } from '../../contract/exchange.ts';
import type { CachePolicy } from '../plan.ts';
import { exchangeFix } from './exchange-fix.ts';

export interface FixCommandsOptions {
  /** The record of one exchange; rejects when there is none. */
  detail: CommandHandlers['exchange.get'];
  policy: () => CachePolicy;
}

/** Handler of `exchange.fix`. */
export function fixCommands({ detail, policy }: FixCommandsOptions): Pick<CommandHandlers, 'exchange.fix'> {
  return {
    'exchange.fix': async (asked) => {
      const recorded: ExchangeDetail = await detail(asked);
      return exchangeFix(recorded, policy());
    },
  };
}
