import type { SupportCase } from '../../../domain/ledger/support-case.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import type { Turn } from './arbitraries.ts';
import type { Book } from './book.ts';
import type { Happening } from './samples.ts';

/** Lets a turn's time pass and then what it says happen. */
export function take(book: Book, turn: Turn, watch?: (event: Happening, refused: Refusal | undefined) => void): void {
  book.passTo(book.now + turn.pauseMs);
  if ('event' in turn) {
    const refused = book.happens(turn.event);
    watch?.(turn.event, refused);
  } else for (const command of turn.commands) book.command(command);
}

/** 1 case, or its minutes, or nothing. */
export const standsFor = ({ rule, minutes }: SupportCase): number =>
  ({ cases: 1, hours: minutes, unlimited: 0 })[rule.unit];
