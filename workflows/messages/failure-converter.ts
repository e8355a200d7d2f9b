import { DefaultFailureConverter, type FailureConverter } from '@temporalio/common';
import { hidingFailureConverter } from './hidden-failure.ts';
import { sandboxSettings } from './sandbox-settings.ts';

/** The failure converter of workflows: it hides messages where the worker encrypts payloads. */
export const failureConverter: FailureConverter = sandboxSettings.hidesFailures
  ? hidingFailureConverter
  : new DefaultFailureConverter();
