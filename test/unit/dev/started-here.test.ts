import { expect, test } from 'vitest';
import { environmentOfStart } from '../../../dev/started-here.ts';

const START_ON_OTHER_PORTS = { PORT: '18080', ALLOT_TEMPORAL_PORT: '17233' };

test('a program finds the API and Temporal of an `npm start` with other ports', async () => {
  expect(await environmentOfStart(START_ON_OTHER_PORTS)).toMatchObject({
    ALLOT_URL: 'http://127.0.0.1:18080',
    TEMPORAL_ADDRESS: '127.0.0.1:17233',
  });
});

test('an address that the caller set is kept, and ports that nobody changed set none', async () => {
  const set = { ALLOT_URL: 'https://allot.example.com', TEMPORAL_ADDRESS: 'temporal.example.com:7233' };
  for (const env of [{}, { ...START_ON_OTHER_PORTS, ...set }]) {
    const found = await environmentOfStart(env);
    expect([found.ALLOT_URL, found.TEMPORAL_ADDRESS]).toEqual([undefined, undefined]);
  }
});
