import { Radio, Stack, Text } from '@mantine/core';
import { termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { ReasonInput } from '../ui/reason-input.tsx';
import type { Candidate } from './use-match.ts';

interface CandidateChoiceProps {
  readonly label: string;
  readonly candidates: readonly Candidate[];
  readonly value: string | null;
  readonly onChange: (entitlementId: string) => void;
  /** Whether the person may attach a case to an entitlement that refuses it. */
  readonly mayOverride: boolean;
}

/** Chooses one of the customer's active entitlements. One that refuses can be chosen only by those who may override. */
export function CandidateChoice({ label, candidates, value, onChange, mayOverride }: CandidateChoiceProps) {
  return (
    <Radio.Group label={label} value={value} onChange={onChange}>
      <Stack gap="xs" mt={6}>
        {candidates.map(({ entitlementId, name, covers, reason, remainingAfter, allocationType }) => (
          <Radio
            key={entitlementId}
            value={entitlementId}
            disabled={!covers && !mayOverride}
            label={<Name>{name}</Name>}
            description={
              covers ? (
                `${termText(remainingAfter, allocationType)} left afterwards`
              ) : (
                <Name lineClamp={3}>{reason ?? ''}</Name>
              )
            }
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

interface OverrideReasonProps {
  readonly refusal: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Why a case is attached although its entitlement refuses it. */
export const OverrideReason = ({ refusal, value, onChange }: OverrideReasonProps) => (
  <Stack gap={4}>
    <Text component="div">
      The entitlement refuses the case. <Name lineClamp={3}>{refusal}</Name>
    </Text>
    <ReasonInput
      label="Reason for the override"
      description="It is recorded with your name."
      value={value}
      onChange={onChange}
      required
    />
  </Stack>
);
