import type { components } from '../../client/schema.d.ts';

export type Entitlement = components['schemas']['Entitlement'];

/** The commands that ask before they are sent. */
export const DIALOGS = [
  'activate',
  'deactivate',
  'cancel',
  'renew',
  'top-up',
  'amend',
  'pause',
  'resume',
  'set-default',
  'clear-default',
  'delete',
] as const;
export type DialogName = (typeof DIALOGS)[number];

/** A command of an entitlement's page, and why it is not possible now; null: it is. */
export interface Command {
  readonly name: DialogName | 'edit';
  readonly label: string;
  readonly refused: string | null;
}

/** The commands in their order, with the same rules as the API's. The API still decides. */
export function commandsOf(entitlement: Entitlement): readonly Command[] {
  const { status, isDefault } = entitlement;
  const only = (states: readonly Entitlement['status'][], why: string): string | null =>
    states.includes(status) ? null : why;
  const live = ['waiting', 'active'] as const;
  return [
    {
      name: 'edit',
      label: 'Edit',
      refused: only(['draft', ...live], `It is ${status}: renew it to change its terms.`),
    },
    {
      name: 'activate',
      label: 'Activate',
      refused: only(['draft'], `It is ${status}: only a draft can be activated.`),
    },
    { name: 'top-up', label: 'Top up', refused: whyNoTopUp(entitlement) },
    {
      name: 'amend',
      label: 'Amend',
      refused: only(live, `It is ${status}: only a waiting or active one can be amended.`),
    },
    entitlement.pausedSince === null
      ? {
          name: 'pause',
          label: 'Pause',
          refused: only(live, `It is ${status}: only a waiting or active one can be paused.`),
        }
      : { name: 'resume', label: 'Resume', refused: null },
    {
      name: 'deactivate',
      label: 'Deactivate',
      refused: only(live, `It is ${status}: only a waiting or active one can be deactivated.`),
    },
    isDefault
      ? { name: 'clear-default', label: 'Clear default', refused: null }
      : {
          name: 'set-default',
          label: 'Set as default',
          refused: only(['active'], `It is ${status}: only an active one can be the default.`),
        },
    { name: 'renew', label: 'Renew', refused: whyNoRenewal(entitlement) },
    {
      name: 'cancel',
      label: 'Cancel',
      refused: only(live, `It is ${status}: only a waiting or active one can be canceled.`),
    },
    ...(status === 'draft' ? [{ name: 'delete', label: 'Delete', refused: null } as const] : []),
  ];
}

function whyNoTopUp({ status, allocationType }: Entitlement): string | null {
  if (allocationType === 'unlimited') return 'Its term is unlimited: it needs no top-up.';
  if (status === 'waiting' || status === 'active') return null;
  return `It is ${status}: only a waiting or active one can be topped up.`;
}

function whyNoRenewal({ status, renewed }: Entitlement): string | null {
  if (renewed) return 'It has a successor already.';
  if (status === 'expired' || status === 'canceled') return null;
  return `It is ${status}: it can be renewed once it has ended. Its renewal starts by itself before that.`;
}
