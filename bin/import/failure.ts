import { ActionableError } from '../../client/failure.ts';

/** The command or a file is wrong, and nothing was sent: shown as it stands, exit status 2. */
export class WrongInput extends ActionableError {}
