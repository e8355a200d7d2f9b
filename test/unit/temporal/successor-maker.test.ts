import { beforeEach, describe, expect, test } from 'vitest';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { type EntitlementId, entitlementId } from '../../../domain/ids.ts';
import { refusalError } from '../../../domain/refusals.ts';
import { SuccessorMaker, successorIdOf } from '../../../temporal/successor-maker.ts';
import { DURING, detailsWith, ID } from '../domain/samples.ts';
import { FakeEntitlements } from './fake-entitlements.ts';

const RENEWAL = `ren_${ID}_1`;
const died = new Error('died');

let world: FakeEntitlements;
let maker: SuccessorMaker;
const dieBefore = (step: string) => {
  world.before = (kind) => {
    if (kind === step) throw died;
  };
};

beforeEach(async () => {
  world = new FakeEntitlements();
  maker = new SuccessorMaker(world, world);
  await world.create(ID, { by: 'ann', key: 'made', details: detailsWith(), renewsId: null });
  await world.command(ID, 'activate', { by: 'ann', key: 'activated', reason: null });
  world.sent.length = 0;
});

const predecessor = (): Entitlement => world.of(ID);
const accept = (): Promise<EntitlementId> =>
  maker.accept({
    renewalId: RENEWAL,
    predecessor: predecessor(),
    changes: { totalTerm: 20 },
    at: DURING,
    by: 'ann',
    reason: 'signed',
  });

describe('an accepted renewal', () => {
  test('makes a successor that waits for the end, under ids and keys that earlier versions used', async () => {
    const id = await accept();
    expect(world.of(id)).toMatchObject({ status: 'waiting', renewsId: ID });
    expect(world.of(id).details).toMatchObject({ startDate: '2027-01-01', endDate: '2027-12-31', totalTerm: 20 });
    expect(predecessor().renewedById).toBe(id);
    expect(id).toBe('ent_5b07c6d7ad169d693b3cacec');
    expect(world.sent).toEqual([
      `accept-renewal ${RENEWAL}:accepted`,
      `create created:${id}`,
      `activate ${RENEWAL}:activated`,
    ]);
  });

  test.each(['accept-renewal', 'create', 'activate'])(
    'is finished by the next try after one that died before %s',
    async (step) => {
      dieBefore(step);
      await expect(accept()).rejects.toBe(died);
      world.before = () => undefined;
      const id = await accept();
      expect(await accept()).toBe(id);
      expect(world.rowsOf(id).map(({ kind }) => kind)).toEqual(['created', 'activated']);
      expect(world.rowsOf(ID).filter(({ kind }) => kind === 'renewed')).toHaveLength(1);
    },
  );

  test('leaves nothing behind if the successor cannot be activated', async () => {
    world.before = (kind) => {
      if (kind === 'activate') throw refusalError('validation_failed', 'It cannot be activated.');
    };
    await expect(accept()).rejects.toMatchObject({ refusal: { code: 'validation_failed' } });
    expect(world.of(successorIdOf(RENEWAL)).deleted).toBe(true);
    expect(predecessor().renewedById).toBeNull();
  });

  test('keeps what it has if something is only away', async () => {
    world.before = (kind) => {
      if (kind === 'activate') throw refusalError('unavailable', 'Temporal does not answer.');
    };
    await expect(accept()).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
    expect(world.of(successorIdOf(RENEWAL)).deleted).toBe(false);
    expect(predecessor().renewedById).toBe(successorIdOf(RENEWAL));
  });

  test('is refused with wrong_state if the successor is deleted while it is made', async () => {
    dieBefore('activate');
    await expect(accept()).rejects.toBe(died);
    world.before = (kind) => {
      if (kind === 'create') throw refusalError('not_found', 'It was deleted at this moment.');
    };
    await expect(accept()).rejects.toMatchObject({ refusal: { code: 'wrong_state' } });
  });

  test('takes a successor as it is that somebody activated by hand', async () => {
    const id = successorIdOf(RENEWAL);
    dieBefore('activate');
    await expect(accept()).rejects.toBe(died);
    world.before = () => undefined;
    await world.command(id, 'activate', { by: 'bob', key: 'by hand', reason: null });
    expect(await accept()).toBe(id);
    expect(world.rowsOf(id).map(({ kind, by }) => [kind, by])).toEqual([
      ['created', 'ann'],
      ['activated', 'bob'],
    ]);
  });
});

describe('a renewal by hand', () => {
  const renew = (key = 'renew-1') => maker.renewByHand(ID, { by: 'ann', key, reason: null });

  test('makes a draft from today, once by its key', async () => {
    await world.command(ID, 'cancel', { by: 'ann', key: 'canceled', reason: null });
    const draft = await renew();
    expect(draft).toMatchObject({ status: 'draft', renewsId: ID });
    expect(draft.details).toMatchObject({ startDate: '2026-06-01', endDate: '2027-05-31' });
    expect((await renew()).id).toBe(draft.id);
    expect(predecessor().renewedById).toBe(draft.id);
  });

  test('is a conflict if somebody deleted the draft of its key', async () => {
    await world.command(ID, 'cancel', { by: 'ann', key: 'canceled', reason: null });
    const { id } = await renew();
    await world.command(id, 'delete', { by: 'ann', key: 'deleted', reason: null });
    await expect(renew()).rejects.toMatchObject({ refusal: { code: 'conflict', field: 'Idempotency-Key' } });
  });

  test('is refused while the entitlement is active, and makes nothing', async () => {
    await expect(renew()).rejects.toMatchObject({ refusal: { code: 'wrong_state' } });
    expect(predecessor().renewedById).toBeNull();
  });
});

test('each renewal has a successor id of its own', () => {
  expect(successorIdOf('ren_one_1')).not.toBe(successorIdOf('ren_one_2'));
  expect(successorIdOf('ren_one_1')).toBe(successorIdOf('ren_one_1'));
  expect(entitlementId(successorIdOf('ren_one_1'))).toMatch(/^ent_[0-9a-f]{24}$/);
});
