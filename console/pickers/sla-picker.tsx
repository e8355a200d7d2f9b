import { api } from '../data/api.ts';
import type { PickerProps } from './picker-props.ts';
import { RecordPicker } from './record-picker.tsx';
import { useWholeList } from './whole-list.ts';

const readSlas = async (query: { limit: number; cursor?: string }) => {
  const { data } = await api.GET('/v1/slas', { params: { query } });
  return data ?? { items: [], nextCursor: null };
};

/** Picks a service level (SLA) by name. */
export const SlaPicker = (props: PickerProps) => (
  <RecordPicker {...props} found={useWholeList('slas', readSlas, props.value)} />
);
