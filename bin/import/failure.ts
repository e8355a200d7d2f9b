import { ActionableError } from '../../client/failure.ts';

/** The command or a file is wrong and nothing was sent. Its message is shown as it is; the exit status is 2. */
export class WrongInput extends ActionableError {}
