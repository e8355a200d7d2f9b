import { $api } from '../data/api.ts';
import type { Option, PickerProps } from './picker-props.ts';
import { RecordPicker } from './record-picker.tsx';

/** The channels of the organisation's list, with those that are chosen although they left the list. */
function useChannels(chosen: readonly string[], except: readonly string[] = []) {
  const { data, isFetching, error } = $api.useQuery('get', '/v1/settings');
  const listed = (data?.channels ?? []).filter((channel) => !except.includes(channel));
  const options = [...new Set([...listed, ...chosen])].map((channel): Option => ({ value: channel, label: channel }));
  return { options, isFetching, isFailed: error !== null };
}

interface ChannelPickerProps extends PickerProps {
  /** Channels that cannot be chosen, such as those of the other rows. */
  readonly except?: readonly string[];
}

/** Picks a channel of the organisation's list. */
export const ChannelPicker = ({ except, ...props }: ChannelPickerProps) => (
  <RecordPicker {...props} found={useChannels(props.value === null ? [] : [props.value], except)} />
);
