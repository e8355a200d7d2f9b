import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Audience, announcedTo, audienceOf } from '../../../domain/renewals/audience.ts';
import { recipientsOf, recipientsOfRevision } from '../../../domain/renewals/recipients.ts';
import { RENEWAL_STAGES, RENEWAL_STEPS, type RenewalStage } from '../../../domain/renewals/renewal-course.ts';

const NOTICE = { step: 'notice', seq: 1 } as const;
const REMINDER = { step: 'reminder', seq: 2 } as const;
const REVISED = { step: 'revised', seq: 3 } as const;

describe('who is told about a step', () => {
  test('everybody, while nothing supersedes it', () => {
    expect(audienceOf(NOTICE, { stage: 'open' }, [NOTICE])).toBe('everybody');
    expect(audienceOf(NOTICE, { stage: 'open' }, [NOTICE, REVISED])).toBe('everybody');
  });

  test('programs alone, if a later step of the calendar waits as well', () => {
    expect(audienceOf(NOTICE, { stage: 'open' }, [NOTICE, REMINDER])).toBe('programs');
    expect(audienceOf(REMINDER, { stage: 'open' }, [NOTICE, REMINDER])).toBe('everybody');
  });

  test.each<RenewalStage>(['snoozed', 'accepted', 'declined', 'withdrawn'])(
    'nobody, if the renewal is %s meanwhile',
    (stage) => {
      expect(audienceOf(NOTICE, { stage }, [NOTICE])).toBe('nobody');
    },
  );

  test('a step that reports what somebody did is always announced', () => {
    const did = RENEWAL_STEPS.filter((step) => !['notice', 'reminder', 'escalation', 'lapsed'].includes(step));
    fc.assert(
      fc.property(fc.constantFrom(...did), fc.constantFrom(...RENEWAL_STAGES), (step, stage) => {
        expect(audienceOf({ step, seq: 1 }, { stage }, [{ step, seq: 1 }, REMINDER])).toBe('everybody');
      }),
    );
  });

  test.each<[Audience[], Audience]>([
    [[], 'nobody'],
    [['nobody'], 'nobody'],
    [['programs'], 'everybody'],
    [['everybody', 'nobody'], 'everybody'],
  ])('after steps announced to %j a withdrawal is announced to %s', (before, audience) => {
    expect(announcedTo('withdrawn', 'everybody', before)).toBe(audience);
    expect(announcedTo('accepted', 'everybody', before)).toBe('everybody');
  });
});

describe('who gets the mails', () => {
  const ann = { name: 'Ann', email: 'ann@example.com' };
  const bo = { name: 'Bo', email: 'bo@example.com' };
  const both = { accountManager: ann, escalateTo: bo };

  test('the account manager; an escalation goes to both', () => {
    expect(recipientsOf('notice', both)).toEqual([ann]);
    expect(recipientsOf('escalation', both)).toEqual([ann, bo]);
    expect(recipientsOf('escalation', { accountManager: ann, escalateTo: { ...bo, email: ann.email } })).toEqual([ann]);
  });

  test('without an account manager, the person for escalations gets every mail', () => {
    expect(recipientsOf('notice', { ...both, accountManager: null })).toEqual([bo]);
    expect(recipientsOf('notice', { accountManager: null, escalateTo: null })).toEqual([]);
  });

  test('after an edit, only people whom no notice has reached', () => {
    expect(recipientsOfRevision(both, { accountManagerBefore: ann, unsent: [] })).toEqual([]);
    expect(recipientsOfRevision(both, { accountManagerBefore: bo, unsent: [] })).toEqual([ann]);
    expect(recipientsOfRevision(both, { accountManagerBefore: ann, unsent: [bo.email] })).toEqual([bo]);
    expect(recipientsOfRevision(both, { accountManagerBefore: bo, unsent: [ann.email] })).toEqual([ann]);
  });
});
