import { Alert, Anchor, Group, Text } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { isRefusedAs } from '../data/api-problem.ts';
import { useMay, useMe } from '../data/me.ts';
import { Name } from '../ui/name.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { Failure } from '../ui/states.tsx';
import { ChangeForm } from './change-form.tsx';
import { useDecision } from './decide.ts';
import { DecisionButtons } from './decision-buttons.tsx';
import { DecisionDialogs } from './decision-dialogs.tsx';
import { type Decision, whyNot } from './decisions.ts';
import { RenewalFacts } from './facts.tsx';
import { News, type NewsText, Standing } from './news.tsx';
import { ProposedTerms } from './proposed-terms.tsx';
import { type RenewalRecord, useRenewalRecord } from './record.ts';
import { StageBadge } from './stage-badge.tsx';
import { RenewalSteps } from './steps.tsx';
import { Successor } from './successor.tsx';
import { offerText } from './terms-rows.ts';
import { Use } from './use.tsx';

/** One renewal: what ends, what is proposed and why, and the decision. The links of the mails lead here. */
export function RenewalPage() {
  const { id } = useParams({ from: '/shell/renewals/$id' });
  const record = useRenewalRecord(id);
  if (record.data === undefined && isRefusedAs(record.error, 'not_found'))
    return (
      <Page title="Renewal">
        <Failure error={record.error} />
        <Text>
          Check that the link is complete. Account managers see only the renewals of their own customers.{' '}
          <AllRenewals />
        </Text>
      </Page>
    );
  if (record.data !== undefined)
    return (
      <Known key={id} record={record.data}>
        {record.error === null ? null : <QueryView query={record}>{() => null}</QueryView>}
      </Known>
    );
  return (
    <Page title="Renewal">
      <QueryView query={record}>{() => null}</QueryView>
    </Page>
  );
}

const AllRenewals = () => (
  <Anchor component={Link} to="/renewals" underline="always">
    All open renewals
  </Anchor>
);

interface KnownProps {
  readonly record: RenewalRecord;
  /** What went wrong when the renewal was read again. */
  readonly children: React.ReactNode;
}

function Known({ record, children }: KnownProps) {
  const { renewal, entitlement, customer } = record;
  const { decide } = useSearch({ from: '/shell/renewals/$id' });
  const navigate = useNavigate({ from: '/renewals/$id' });
  const [news, setNews] = useState<NewsText | null>(null);
  const me = useMe();
  const mayDecide = useMay('decideRenewals');
  const choose = (decision: Decision | undefined) =>
    void navigate({ search: (before) => ({ ...before, decide: decision }), replace: decision === undefined });
  const isPossible = decide !== undefined && mayDecide && whyNot(decide, record) === undefined;
  const [isAsked, setIsAsked] = useState(false);
  // The link of a mail asks for something that cannot be done any more: the page says why.
  useEffect(() => setIsAsked(decide !== undefined && !isPossible), [decide, isPossible]);
  const done = (text: NewsText) => {
    setNews(text);
    if (text.kind === 'done') choose(undefined);
  };
  const decision = useDecision(record, done);
  const dialog = {
    record,
    decision,
    onClose: () => {
      decision.reset();
      choose(undefined);
    },
  };
  return (
    <Page
      title={`Renewal of ${entitlement?.name ?? renewal.entitlementId}`}
      beside={<StageBadge stage={renewal.stage} />}
      subtitle={
        <Group gap="md">
          <Name>{customer?.name ?? renewal.customerId}</Name>
          <AllRenewals />
        </Group>
      }
      actions={mayDecide && !renewal.isOver ? <DecisionButtons record={record} onChoose={choose} /> : undefined}
    >
      {children}
      {news !== null && <News {...news} />}
      {isAsked && decide !== undefined && (
        <Alert color="yellow" variant="light" role="status">
          {mayDecide ? whyNot(decide, record) : null}
          {mayDecide ? null : `The role ${me?.role.replaceAll('_', ' ') ?? ''} may not decide renewals.`}
        </Alert>
      )}
      <Standing record={record} mayDecide={mayDecide} />
      {!mayDecide && !renewal.isOver && (
        <Text c="dimmed">
          Your role may not decide this. Ask the account manager of the customer, a CSR manager or an administrator.
        </Text>
      )}
      {isPossible && decide === 'change' && <ChangeForm {...dialog} />}
      {isPossible && decide !== 'change' && <DecisionDialogs which={decide} {...dialog} />}
      <RenewalFacts record={record} />
      <Successor record={record} />
      <Section title={`Proposed: ${offerText(entitlement, renewal.proposal)}`}>
        <ProposedTerms record={record} />
      </Section>
      <Section title="Use">
        <Use usage={renewal.proposal.usage} />
      </Section>
      <Section title="What happened">
        <RenewalSteps record={record} />
      </Section>
    </Page>
  );
}
