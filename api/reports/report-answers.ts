import { z } from 'zod';
import { instant } from '../http/answer-fields.ts';

/** The members of every report. */
export interface ReportFrame {
  readonly asOf: string;
  readonly items: unknown[];
  readonly nextCursor: string | null;
}

export const link = z.string().meta({ description: 'A path of this API' });
export const method = z.string().meta({ description: 'How the numbers are calculated, in words' });

export const reportOf = <Head extends z.ZodRawShape, Row extends z.ZodType>(name: string, head: Head, row: Row) =>
  z
    .object({
      asOf: instant,
      ...head,
      items: z.array(row),
      nextCursor: z
        .string()
        .nullable()
        .meta({ description: 'The `cursor` of the next page; null: this is the last page' }),
    })
    .meta({ id: name });
