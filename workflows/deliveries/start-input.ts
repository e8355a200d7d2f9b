import { isId, isRecord, isWhole } from '../messages/shapes.ts';

export const isDeliveryStart = isRecord({ id: isId, redelivery: isWhole(0, Number.MAX_SAFE_INTEGER) });
