import './home.css';
import { Box, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { $api } from '../data/api.ts';
import { instantText } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Loading } from '../ui/states.tsx';
import { AtRiskList } from './at-risk-list.tsx';
import { CasesWithout, FailingDeliveries, Overrides } from './case-lists.tsx';
import { EndingSoon, RenewalsToDecide, RunningOut } from './contract-lists.tsx';
import { FIGURE_NAMES } from './figure-words.ts';
import { Figures } from './figures.tsx';

/** How often the page reads its lists again while it is open. */
const AGAIN_MS = 60_000;
const CARD_HEIGHT = 124;

/** The work of the day: four figures, and the lists of what needs somebody, by role. */
export function HomePage() {
  const work = $api.useQuery('get', '/v1/work', {}, { refetchInterval: AGAIN_MS });
  return (
    <Page title="Home" subtitle={work.data === undefined ? 'What needs you' : `As of ${instantText(work.data.asOf)}`}>
      <QueryView query={work} loading={<LoadingHome />}>
        {(read) => (
          <>
            <Figures figures={read.figures} />
            <Box className="work-lists">
              <AtRiskList list={read.serviceLevelsAtRisk} />
              <RenewalsToDecide list={read.renewalsToDecide} />
              <RunningOut list={read.runningOut} />
              <EndingSoon list={read.endingSoon} />
              <CasesWithout list={read.casesWithoutEntitlement} />
              <Overrides list={read.overrides} />
              <FailingDeliveries list={read.failingDeliveries} />
            </Box>
          </>
        )}
      </QueryView>
    </Page>
  );
}

/** Grey in the places of the figures and lists, so that nothing moves when they arrive. */
const LoadingHome = () => (
  <Stack gap="lg">
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="sm" aria-hidden>
      {FIGURE_NAMES.map((name) => (
        <Skeleton key={name} height={CARD_HEIGHT} />
      ))}
    </SimpleGrid>
    <Loading />
  </Stack>
);
