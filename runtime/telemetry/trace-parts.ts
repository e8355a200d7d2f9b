import type { TraceParts } from './start-traces.ts';
import { readTraceSettings } from './trace-settings.ts';
import { setTracesOn } from './traces.ts';

export type { TraceParts };

/**
 * Starts traces where the settings ask for them; null where they do not: then nothing of OpenTelemetry's SDK is loaded.
 * Called once, before the process does any work.
 */
export async function tracesOf(service: 'allot-api' | 'allot-worker'): Promise<TraceParts | null> {
  const { isOn } = readTraceSettings();
  if (!isOn) return null;
  const { startTraces } = await import('./start-traces.ts');
  const parts = startTraces(service);
  setTracesOn(true);
  return parts;
}
