import { api } from '../data/api.ts';
import type { PickerProps } from './picker-props.ts';
import { RecordPicker } from './record-picker.tsx';
import { useWholeList } from './whole-list.ts';

const readTemplates = async (query: { limit: number; cursor?: string }) => {
  const { data } = await api.GET('/v1/templates', { params: { query } });
  return data ?? { items: [], nextCursor: null };
};

/** Picks a template by name. */
export const TemplatePicker = (props: PickerProps) => (
  <RecordPicker {...props} found={useWholeList('templates', readTemplates, props.value)} />
);
