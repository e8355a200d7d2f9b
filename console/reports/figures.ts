import { type AllocationType, minutesText, numberText } from '../ui/format.ts';

const percent = new Intl.NumberFormat(navigator.language, { style: 'percent', maximumFractionDigits: 1 });
const decimal = new Intl.NumberFormat(navigator.language, { maximumFractionDigits: 2 });

/** A share from 0 to 1: 92.5 %. */
export const percentText = (share: number): string => percent.format(share);

/** Cases or minutes a day: 0.86 cases a day, 28 min a day. */
export const paceText = (perDay: number, allocationType: AllocationType): string =>
  allocationType === 'hours' ? `${minutesText(Math.round(perDay))} a day` : `${decimal.format(perDay)} cases a day`;

/** Cases, or whole minutes as hours; for unlimited entitlements, which count cases. */
export const usedText = (used: number, allocationType: AllocationType): string =>
  allocationType === 'hours' ? minutesText(used) : `${numberText(used)} ${Math.abs(used) === 1 ? 'case' : 'cases'}`;
