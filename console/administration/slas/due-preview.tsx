import { Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useId } from 'react';
import { api, type Shapes } from '../../data/api.ts';
import { Refused, wordsOf } from '../../data/api-problem.ts';
import { textParam } from '../../data/search-params.ts';
import { TimeZonePicker } from '../../pickers/time-zone-picker.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { promiseOf, type SlaValues } from './sla-values.ts';

const TYPING_MS = 400;

type Preview = Shapes['SlaPreview'];

async function previewOf(sla: Shapes['SlaPromise'], localTime: string | undefined, timeZone: string): Promise<Preview> {
  const body = { sla, timeZone, ...(localTime === undefined ? {} : { localTime }) };
  const { data } = await api.POST('/v1/slas/preview', { body });
  if (data === undefined) throw new TypeError('The API has answered without due times.');
  return data;
}

const dueFormat = (timeZone: string) =>
  new Intl.DateTimeFormat(navigator.language, { dateStyle: 'full', timeStyle: 'short', timeZone });

/** An instant with its weekday, on the clocks of the zone. */
const dueText = (instant: string | null, timeZone: string): string =>
  instant === null ? 'no promise' : dueFormat(timeZone).format(new Date(instant));

/** When a case would be due that comes in at a moment that one chooses. The API computes it, for the hours as they are typed. */
export function DuePreview({ values }: { readonly values: SlaValues }) {
  const heading = useId();
  const { at, zone } = useSearch({ strict: false });
  const navigate = useNavigate();
  const ofCalendar = values.always ? 'UTC' : (values.timeZone ?? 'UTC');
  const timeZone = textParam(zone) ?? ofCalendar;
  const change = (changes: { readonly at?: string | undefined; readonly zone?: string | undefined }) =>
    void navigate({ to: '.', search: (before) => ({ ...before, ...changes }), replace: true, resetScroll: false });
  const [asked] = useDebouncedValue({ sla: promiseOf(values), at: textParam(at), timeZone }, TYPING_MS);
  const preview = useQuery({
    queryKey: ['sla-preview', asked],
    queryFn: () => previewOf(asked.sla, asked.at, asked.timeZone),
    placeholderData: (before: Preview | undefined) => before,
    retry: false,
  });
  const { data, error } = preview;
  return (
    <Paper component="section" aria-labelledby={heading} withBorder p="md">
      <Stack gap="sm">
        <Title order={2} id={heading}>
          When would a case be due?
        </Title>
        <TextInput
          type="datetime-local"
          label="The case comes in"
          description="Empty: now"
          value={textParam(at) ?? ''}
          onChange={({ currentTarget }) => change({ at: currentTarget.value === '' ? undefined : currentTarget.value })}
        />
        <TimeZonePicker
          label="On the clocks of"
          clearable={false}
          value={timeZone}
          onChange={(next) => change({ zone: next === null || next === ofCalendar ? undefined : next })}
        />
        {error !== null && <PreviewFailure error={error} />}
        {error === null && data !== undefined && (
          <div aria-live="polite">
            <FactList
              isNarrow
              facts={[
                ['Comes in', dueText(data.from, data.timeZone)],
                ['First response due', dueText(data.firstResponseDueAt, data.timeZone)],
                ['Resolution due', dueText(data.resolutionDueAt, data.timeZone)],
              ]}
            />
          </div>
        )}
        <Text size="sm" c="dimmed">
          Times are in {timeZone}, and the same for cases of every priority.
        </Text>
      </Stack>
    </Paper>
  );
}

const PreviewFailure = ({ error }: { readonly error: unknown }) => (
  <Text role="status">
    {error instanceof Refused
      ? `There is no preview for these hours: ${error.problem.errors?.map(({ message }) => message).join(' ') ?? error.message}`
      : wordsOf(error)}
  </Text>
);
