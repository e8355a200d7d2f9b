const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Long enough to set a contract up and to play its cases before it ends. */
const LEAST_AHEAD_MINUTES = 5;

/** Zones whose midnights lie at most an hour apart, whatever the time of the day. */
const ZONES = [
  'Pacific/Pago_Pago',
  'Pacific/Honolulu',
  'Pacific/Marquesas',
  'America/Phoenix',
  'America/Costa_Rica',
  'America/Panama',
  'America/La_Paz',
  'America/Argentina/Buenos_Aires',
  'America/Noronha',
  'Atlantic/Cape_Verde',
  'Africa/Abidjan',
  'Africa/Lagos',
  'Africa/Johannesburg',
  'Africa/Nairobi',
  'Asia/Dubai',
  'Asia/Karachi',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Dhaka',
  'Asia/Yangon',
  'Asia/Jakarta',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Brisbane',
  'Pacific/Guadalcanal',
  'Pacific/Tarawa',
] as const;

export interface Ending {
  readonly timeZone: string;
  /** The day that is about to end there. */
  readonly today: string;
}

/**
 * The zone whose day ends next, at least five minutes from `now` and little more than an hour. A contract that ends
 * today there ends so soon that the rest of its life can be skipped without putting its ledger far ahead of the clock.
 */
export function nextMidnight(now: Date): Ending {
  const zones = ZONES.map((timeZone) => ({ timeZone, ...localTime(timeZone, now) })).filter(
    ({ minutesLeft }) => minutesLeft >= LEAST_AHEAD_MINUTES,
  );
  const { timeZone, today } = zones.reduce((first, zone) => (zone.minutesLeft < first.minutesLeft ? zone : first));
  return { timeZone, today };
}

function localTime(timeZone: string, now: Date): { today: string; minutesLeft: number } {
  // Swedish writes dates as ISO 8601 does: 2026-11-29 01:43.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [today = '', time = ''] = format.format(new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS)).split(' ');
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return { today, minutesLeft: DAY_MINUTES - 60 * hours - minutes };
}
