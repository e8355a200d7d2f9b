import { FIELDS, type ImportKind } from './import-choices.ts';
import type { CsvTable } from './read-csv.ts';
import { wrongValue } from './wrong-values.ts';

/** The field that each column of a file becomes, by the column's place; null leaves the column out. */
export type Mapping = readonly (string | null)[];

/** A row of the file by field, and what is wrong with it before anything is sent. */
export interface MappedRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly refused: Refusal | null;
}

export interface Refusal {
  readonly code: string;
  /** The field that is wrong; empty for the whole row. */
  readonly field: string;
  readonly detail: string;
}

/** Columns become the fields of the same name; capitals do not matter. The first of two columns counts. */
export function mappingFor({ header }: CsvTable, kind: ImportKind): Mapping {
  const fields = [...FIELDS[kind].required, ...FIELDS[kind].optional];
  const taken = new Set<string>();
  return header.map((name) => {
    const field = fields.find((each) => each.toLowerCase() === name.toLowerCase());
    if (field === undefined || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

/** What keeps a file with this mapping from being imported. */
export function problemsWith(mapping: Mapping, kind: ImportKind): readonly string[] {
  const chosen = mapping.filter((field) => field !== null);
  return [
    ...FIELDS[kind].required.filter((field) => !chosen.includes(field)).map((field) => `No column gives ${field}.`),
    ...[...new Set(chosen.filter((field, at) => chosen.indexOf(field) !== at))].map(
      (field) => `Several columns give ${field}: leave out all but one.`,
    ),
  ];
}

/**
 * The rows of a file by field. A row is refused here if its values are wrong by themselves. If an id comes again its
 * first row counts; the others are refused.
 */
export function mappedRows({ header, rows }: CsvTable, mapping: Mapping, kind: ImportKind): readonly MappedRow[] {
  const lineOfId = new Map<string, number>();
  return rows.map(({ line, cells }) => {
    const values = Object.fromEntries(
      mapping.flatMap((field, at): [string, string][] => {
        const cell = cells[at] ?? '';
        return field === null || cell === '' ? [] : [[field, cell]];
      }),
    );
    const refused = wrongCells(header, cells) ?? wrongField(values, kind) ?? sameId(values.id, line, lineOfId);
    return { line, cells, values, refused };
  });
}

function wrongCells(header: readonly string[], cells: readonly string[]): Refusal | null {
  if (cells.length !== header.length) {
    const detail = `The row has ${cells.length} values under a header of ${header.length}.`;
    return { code: 'validation_failed', field: '', detail };
  }
  const at = cells.findIndex((cell) => cell.includes('\uFFFD'));
  if (at < 0) return null;
  const detail = 'The value is not UTF-8: save the file in that encoding.';
  return { code: 'validation_failed', field: header[at] ?? '', detail };
}

function wrongField(values: Readonly<Record<string, string>>, kind: ImportKind): Refusal | null {
  const wrong = wrongValue(values, kind);
  return wrong === null ? null : { code: 'validation_failed', ...wrong };
}

function sameId(id: string | undefined, line: number, lineOfId: Map<string, number>): Refusal | null {
  if (id === undefined) return null;
  const before = lineOfId.get(id);
  if (before !== undefined)
    return { code: 'conflict', field: 'id', detail: `The id ${id} is on line ${before} already.` };
  lineOfId.set(id, line);
  return null;
}
