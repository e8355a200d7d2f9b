import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { csvLines } from '../../api/http/csv.ts';
import { lineOf } from '../../client/failure.ts';
import { WrongInput } from './failure.ts';

export interface RefusedRow {
  readonly file: string;
  /** The line of the file that the row begins on. */
  readonly line: number;
  readonly id: string;
  readonly code: string;
  readonly field: string;
  readonly detail: string;
}

const COLUMNS = ['file', 'line', 'id', 'code', 'field', 'detail'] as const;

/**
 * The CSV file of refused rows. Rows are written as they come, so that an import that ends early leaves those it has
 * met.
 */
export class Report {
  readonly path: string;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Creates the file. Throws `WrongInput` when it cannot be written. */
  async begin(): Promise<void> {
    try {
      this.#file = await open(this.path, 'w');
    } catch (error) {
      throw new WrongInput(`The refused rows cannot be written to ${this.path}: ${lineOf(error)}.`);
    }
    await this.#file.write(csvLines([COLUMNS]));
  }

  /** Adds rows; creates the file first when there is none yet. */
  async add(rows: readonly RefusedRow[]): Promise<void> {
    if (rows.length === 0) return;
    if (this.#file === undefined) await this.begin();
    await this.#file?.write(csvLines(rows.map((row) => COLUMNS.map((column) => row[column]))));
  }

  /** Whether an earlier import left a report in this place, and this one wrote none. */
  isOfEarlierImport(): boolean {
    return this.#file === undefined && existsSync(this.path);
  }

  async end(): Promise<void> {
    await this.#file?.close();
  }
}
