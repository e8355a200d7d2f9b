import { Text, Timeline } from '@mantine/core';
import type { RenewalRecord } from './record.ts';
import { stepText, supersededText, zonedText } from './words.ts';

/** What happened to the renewal, step by step, in the zone of the entitlement. */
export const RenewalSteps = ({ record: { renewal, zone } }: { readonly record: RenewalRecord }) => (
  <Timeline active={renewal.steps.length} bulletSize={14} lineWidth={2} role="list">
    {renewal.steps.map((step) => (
      <Timeline.Item key={`${step.step} ${step.at}`} title={stepText(step)} role="listitem">
        <Text size="sm" c="dimmed">
          {zonedText(step.at, zone)}
        </Text>
        {supersededText(step) !== undefined && (
          <Text size="sm" c="dimmed">
            {supersededText(step)}
          </Text>
        )}
      </Timeline.Item>
    ))}
  </Timeline>
);
