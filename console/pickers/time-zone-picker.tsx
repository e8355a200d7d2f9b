import type { Option, PickerProps } from './picker-props.ts';
import { RecordPicker } from './record-picker.tsx';

/** The zones that the browser knows. Some browsers leave UTC out. */
const ZONES = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].map(
  (zone): Option => ({ value: zone, label: zone }),
);

/** Picks an IANA time zone, such as Europe/Berlin. */
export function TimeZonePicker(props: PickerProps) {
  const { value } = props;
  const isKnown = value === null || ZONES.some((zone) => zone.value === value);
  const options = isKnown ? ZONES : [{ value, label: value }, ...ZONES];
  return <RecordPicker {...props} found={{ options, isFetching: false, isFailed: false }} />;
}
