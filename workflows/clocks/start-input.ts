import { isFlag, isId, isListOf, isRecord, isText, isWhole, orAbsent, orNull } from '../messages/shapes.ts';

/** Far more than the clocks of a case that have not ended, and than a line about one of them. */
const MAX_LINES = 1_000;
const LINE_CHARS = 1_000;

const isTurnTaken = isRecord({
  wakesAt: orNull(isWhole(0, Number.MAX_SAFE_INTEGER)),
  isOver: isFlag,
  lines: isListOf(isText(LINE_CHARS), MAX_LINES),
});

export const isCaseClockStart = isRecord({
  caseId: isId,
  run: isWhole(1, Number.MAX_SAFE_INTEGER),
  first: orAbsent(isTurnTaken),
});
