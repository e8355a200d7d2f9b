import { Badge, Group, Stack, Table, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { EntitlementLink, EntitlementName, SlaName } from '../pickers/record-names.tsx';
import { DueTime } from '../ui/due-time.tsx';
import { Fact } from '../ui/fact.tsx';
import { termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { type Candidate, type Match, pickedOf } from './use-match.ts';

interface CoverageViewProps {
  readonly match: Match;
  /** False in the frame of another system, which is not to be led elsewhere: names are then no links. */
  readonly linked?: boolean;
}

/** Who would pay for the case, what would be left and when it would be due; or why nothing covers it. */
export function CoverageView({ match, linked = true }: CoverageViewProps) {
  const candidate = pickedOf(match);
  const Entitlement = linked ? EntitlementLink : EntitlementName;
  return (
    <Stack gap="md">
      <Verdict match={match} candidate={candidate} Entitlement={Entitlement} />
      {candidate !== undefined && <Promises candidate={candidate} />}
      <Others match={match} Entitlement={Entitlement} />
    </Stack>
  );
}

interface PartProps {
  readonly match: Match;
  readonly Entitlement: typeof EntitlementName;
}

function Verdict({ match, candidate, Entitlement }: PartProps & { readonly candidate: Candidate | undefined }) {
  const { picked, none } = match;
  const covered = picked !== null;
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" color={covered ? 'pine' : 'red'} aria-hidden>
        {covered ? <IconCheck size={16} /> : <IconX size={16} />}
      </ThemeIcon>
      <div>
        <Group fw={600} gap={6}>
          <span>{covered ? 'Covered by' : 'Not covered'}</span>
          {candidate !== undefined && <Entitlement id={candidate.entitlementId} />}
        </Group>
        <Text component="div">
          <Name lineClamp={6}>{picked?.why ?? none?.why ?? ''}</Name>
        </Text>
      </div>
    </Group>
  );
}

/** What is left after the case, and when it is due. */
export function Promises({ candidate }: { readonly candidate: Candidate }) {
  const { allocationType, remainingAfter, channelRemainingAfter, slaId } = candidate;
  return (
    <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={0} aria-label="What the case gets">
      <Table.Tbody>
        <Fact name="Left afterwards">{termText(remainingAfter, allocationType)}</Fact>
        {channelRemainingAfter !== null && (
          <Fact name="Left of the channel">{termText(channelRemainingAfter, allocationType)}</Fact>
        )}
        <Fact name="Service level">{slaId === null ? 'none' : <SlaName id={slaId} />}</Fact>
        {slaId !== null && (
          <>
            <Fact name="First response">
              <DueTime at={candidate.firstResponseDueAt} />
            </Fact>
            <Fact name="Resolution">
              <DueTime at={candidate.resolutionDueAt} />
            </Fact>
          </>
        )}
      </Table.Tbody>
    </Table>
  );
}

/** The customer's other active entitlements, and what each of them says. */
function Others({ match: { candidates, picked }, Entitlement }: PartProps) {
  const others = candidates.filter(({ entitlementId }) => entitlementId !== picked?.entitlementId);
  if (others.length === 0) return null;
  return (
    <section aria-label="Other entitlements">
      <Text fw={600} size="sm">
        Other entitlements of the customer
      </Text>
      <Stack gap={6} mt={6}>
        {others.map(({ entitlementId, covers, reason }) => (
          <Group key={entitlementId} gap="xs" wrap="nowrap" align="flex-start">
            <Badge variant="light" color={covers ? 'pine' : 'gray'} tt="none" miw={76}>
              {covers ? 'covers' : 'refuses'}
            </Badge>
            <Text size="sm" component="div">
              <Entitlement id={entitlementId} />
              {reason !== null && <Name lineClamp={4}>{reason}</Name>}
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
  );
}
