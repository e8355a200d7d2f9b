import { expect } from 'vitest';
import { type Answer, ask, type ProblemView } from './api-client.ts';
import { unique } from './unique.ts';

/** Service at all times. */
export const ALWAYS = { kind: '24x7' };
/** One hour of service every day, at noon. */
export const noonIn = (timeZone: string) => ({
  kind: 'business_hours',
  timeZone,
  hours: Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
      day,
      [{ from: '12:00', to: '13:00' }],
    ]),
  ),
  holidays: [],
});

export interface SlaView extends Partial<ProblemView> {
  id: string;
  name: string;
  firstResponseMinutes: number | null;
  resolutionMinutes: number | null;
  calendar: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
}

export const putSla = (id: string, body: Record<string, unknown>): Promise<Answer<SlaView>> =>
  ask('PUT', `/v1/slas/${id}`, body);

/** An SLA of four hours to the first response and eight to the resolution, at all times; answers its id. */
export async function anSla(more: Record<string, unknown> = {}): Promise<string> {
  const id = unique('sla');
  const body = { name: 'Four hours', firstResponseMinutes: 240, resolutionMinutes: 480, calendar: ALWAYS, ...more };
  expect((await putSla(id, body)).status).toBe(201);
  return id;
}
