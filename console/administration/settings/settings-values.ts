import type { Shapes } from '../../data/api.ts';

type Settings = Shapes['Settings'];
type Policy = NonNullable<Settings['renewalPolicy']>;

/** What the form holds: each field of its own, the policy spread out. */
export interface SettingsValues {
  readonly channels: string[];
  readonly autoApplyDefaultOnCaseCreate: boolean;
  readonly autoApplyDefaultOnCaseUpdate: boolean;
  readonly matching: boolean;
  readonly demandEntitlement: boolean;
  readonly spill: boolean;
  /** Whether new entitlements are renewed automatically. */
  readonly isRenewed: boolean;
  readonly renewalPolicy: {
    readonly noticeDays: number | string;
    readonly reminderDays: number | string;
    readonly escalationDays: number | string;
    readonly propose: Policy['propose'];
    readonly accountManager: { readonly name: string; readonly email: string };
    readonly escalateTo: { readonly name: string; readonly email: string };
  };
}

const NOTICE_DAYS = 60;
const NOBODY = { name: '', email: '' };

export function valuesOf({ renewalPolicy, ...flags }: Settings): SettingsValues {
  return {
    ...flags,
    channels: [...flags.channels],
    isRenewed: renewalPolicy !== null,
    renewalPolicy: {
      noticeDays: renewalPolicy?.noticeDays ?? NOTICE_DAYS,
      reminderDays: renewalPolicy?.reminderDays ?? 0,
      escalationDays: renewalPolicy?.escalationDays ?? 0,
      propose: renewalPolicy?.propose ?? 'by_use',
      accountManager: renewalPolicy?.accountManager ?? NOBODY,
      escalateTo: renewalPolicy?.escalateTo ?? NOBODY,
    },
  };
}

type Person = Policy['accountManager'];

const personOf = ({ name, email }: { readonly name: string; readonly email: string }): Person =>
  name.trim() === '' && email.trim() === '' ? null : { name: name.trim(), email: email.trim() };

/** The settings that the form describes. The API says which of them are wrong. */
export function settingsOf({ isRenewed, renewalPolicy: policy, ...flags }: SettingsValues): Settings {
  return {
    ...flags,
    renewalPolicy: isRenewed
      ? {
          noticeDays: Number(policy.noticeDays),
          reminderDays: Number(policy.reminderDays),
          escalationDays: Number(policy.escalationDays),
          propose: policy.propose,
          accountManager: personOf(policy.accountManager),
          escalateTo: personOf(policy.escalateTo),
        }
      : null,
  };
}

const WORDS: Readonly<Record<keyof Settings, string>> = {
  channels: 'the channels',
  autoApplyDefaultOnCaseCreate: 'the default on new cases',
  autoApplyDefaultOnCaseUpdate: 'the default on changed cases',
  matching: 'the matching',
  demandEntitlement: 'whether a case needs an entitlement',
  spill: 'whether hours spill over',
  renewalPolicy: 'the renewal policy',
};

/** A setting in words. */
export const wordsOfSetting = (field: string): string => new Map(Object.entries(WORDS)).get(field) ?? field;
