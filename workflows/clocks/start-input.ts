import { isId, isRecord, isWhole } from '../messages/shapes.ts';

export const isCaseClockStart = isRecord({ caseId: isId, run: isWhole(1, Number.MAX_SAFE_INTEGER) });
