import type { FocusEventHandler, ReactNode } from 'react';

/** What every picker takes as a field of a form; `form.getInputProps(path)` fits. */
interface FieldProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly placeholder?: string;
  readonly error?: ReactNode;
  readonly required?: boolean;
  readonly withAsterisk?: boolean;
  readonly disabled?: boolean;
  readonly clearable?: boolean;
  readonly onFocus?: FocusEventHandler<HTMLInputElement>;
  readonly onBlur?: FocusEventHandler<HTMLInputElement>;
  readonly 'data-path'?: string;
}

/** Picks one: the id of what was chosen, null for nothing. */
export interface PickerProps extends FieldProps {
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

/** Picks several: their ids, in the order in which they were chosen. */
export interface MultiPickerProps extends FieldProps {
  readonly value: readonly string[];
  readonly onChange: (ids: string[]) => void;
  readonly maxValues?: number;
}

/** One record or word that can be chosen. */
export interface Option {
  readonly value: string;
  readonly label: string;
}

/** What there is to choose from now. */
export interface Found {
  readonly options: readonly Option[];
  readonly isFetching: boolean;
  /** The list could not be read. */
  readonly isFailed: boolean;
}
