import { Badge, Group, Stack, Text } from '@mantine/core';
import type { Shapes } from '../data/api.ts';
import { EntitlementLink } from '../pickers/record-names.tsx';
import { instantText, minutesText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { Section } from '../ui/section.tsx';
import { NO_ENTITLEMENT_WORDS, PICKED_WORDS } from './words.ts';

type Case = Shapes['CaseWithDecision'];
type Decided = Shapes['CaseDecision'];

/** Which entitlement pays for the case, why this one, and what the others said. */
export function Decision({ supportCase }: { readonly supportCase: Case }) {
  const { entitlementId, entitlementReason, entitlementExplanation, decision, parts } = supportCase;
  const fallback = entitlementExplanation ?? PICKED_WORDS[entitlementReason] ?? NO_ENTITLEMENT_WORDS[entitlementReason];
  return (
    <Section title="Entitlement">
      <Stack gap="sm">
        <Text fw={600} component="div">
          {entitlementId === null ? 'None' : <EntitlementLink id={entitlementId} />}
        </Text>
        <div>
          <Text fw={600} size="sm">
            {entitlementId === null ? 'Why none' : 'Why this one'}
          </Text>
          <Text component="div">
            <Name lineClamp={8}>{decision?.words ?? fallback ?? 'Not on record.'}</Name>
          </Text>
          {decision !== null && <Circumstances decision={decision} />}
        </div>
        {parts.length > 0 && <Parts parts={parts} />}
        {decision !== null && <PassedOver decision={decision} />}
      </Stack>
    </Section>
  );
}

function Circumstances({ decision: { at, by, reason, movedFromId, overrode } }: { readonly decision: Decided }) {
  return (
    <Stack gap={2} mt={4}>
      {reason !== null && (
        <Group gap={6} wrap="nowrap" align="flex-start">
          <span>Reason:</span>
          <Name lineClamp={4}>{reason}</Name>
        </Group>
      )}
      {overrode.length > 0 && <Text>Set aside by override: {overrode.join(', ').replaceAll('_', ' ')}</Text>}
      {movedFromId !== null && (
        <Group gap={6}>
          <span>Moved from</span>
          <EntitlementLink id={movedFromId} />
        </Group>
      )}
      <Group c="dimmed" fz="sm" gap={6}>
        <span>{instantText(at)}</span>
        {by !== null && <Name>{by}</Name>}
      </Group>
    </Stack>
  );
}

const Parts = ({ parts }: Pick<Case, 'parts'>) => (
  <div>
    <Text fw={600} size="sm">
      Shared by
    </Text>
    {parts.map(({ entitlementId, minutes }) => (
      <Group key={entitlementId} gap={6}>
        <EntitlementLink id={entitlementId} />
        <span>{minutesText(minutes)}</span>
      </Group>
    ))}
  </div>
);

/** What the customer's other entitlements would have done at that moment. */
function PassedOver({ decision: { candidates, candidatesTotal } }: { readonly decision: Decided }) {
  const others = candidates.filter(({ picked }) => !picked);
  if (others.length === 0) return null;
  const left = (candidatesTotal ?? candidates.length) - candidates.length;
  return (
    <div>
      <Text fw={600} size="sm">
        Passed over
      </Text>
      <Stack gap={6} mt={4}>
        {others.map(({ entitlementId, outcome, words }) => (
          <Group key={entitlementId} gap="xs" wrap="nowrap" align="flex-start">
            <Badge variant="light" color={outcome === 'covers' ? 'pine' : 'gray'} tt="none" miw={80}>
              {outcome === 'covers' ? 'covered' : 'refused'}
            </Badge>
            <Text size="sm" component="div">
              <EntitlementLink id={entitlementId} />
              <Name lineClamp={4}>{words}</Name>
            </Text>
          </Group>
        ))}
        {left > 0 && <Text c="dimmed">and {left} more</Text>}
      </Stack>
    </div>
  );
}
