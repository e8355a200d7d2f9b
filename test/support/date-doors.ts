/**
 * Where dates and instants come in over HTTP, as /openapi.json says: a new route is among them as soon as it is
 * documented.
 */

export type Format = 'date' | 'date-time';

export interface Door {
  readonly method: string;
  readonly path: string;
  readonly in: 'query' | 'body';
  /** Names of members from the outside in; `0` for the first item of a list. */
  readonly at: readonly string[];
  readonly format: Format;
}

export interface CursorDoor {
  readonly path: string;
  /** What the list can be sorted by. */
  readonly sorts: readonly string[];
}

interface Schema {
  readonly $ref?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

type Found = { readonly at: readonly string[]; readonly format: Format };

/** Every place in the schema that holds a date or an instant. */
function datesIn(
  document: Document,
  schema: Schema,
  at: readonly string[] = [],
  seen: readonly string[] = [],
): Found[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    const named = document.components?.schemas?.[name];
    return named === undefined || seen.includes(name) ? [] : datesIn(document, named, at, [...seen, name]);
  }
  const within = (inner: Schema, ...name: string[]) => datesIn(document, inner, [...at, ...name], seen);
  const own: Found[] = schema.format === 'date' || schema.format === 'date-time' ? [{ at, format: schema.format }] : [];
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [
    ...own,
    ...parts.flatMap((part) => within(part)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => within(inner, name)),
    ...(schema.items === undefined ? [] : within(schema.items, '0')),
    ...(typeof schema.additionalProperties === 'object' ? within(schema.additionalProperties, 'any') : []),
  ];
}

const distinct = (doors: readonly Door[]): Door[] => [
  ...new Map(doors.map((door) => [JSON.stringify(door), door])).values(),
];

export function dateDoorsOf(document: Document): Door[] {
  const doors = operationsOf(document).flatMap(({ method, path, operation }) => {
    const ofQuery = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query')
      .flatMap(({ name, schema }) =>
        datesIn(document, schema).map(({ format }): Door => ({ method, path, in: 'query', at: [name], format })),
      );
    const body = operation.requestBody?.content['application/json']?.schema;
    const ofBody = body === undefined ? [] : datesIn(document, body);
    return [...ofQuery, ...ofBody.map((found): Door => ({ method, path, in: 'body', ...found }))];
  });
  return distinct(doors);
}

/** Lists whose cursor may hold a date or an instant. */
export const cursorDoorsOf = (document: Document): CursorDoor[] =>
  operationsOf(document).flatMap(({ path, operation }) => {
    const parameters = operation.parameters ?? [];
    if (!parameters.some(({ name }) => name === 'cursor')) return [];
    const sort = parameters.find(({ name }) => name === 'sort')?.schema;
    return [{ path, sorts: sort === undefined ? [] : enumOf(document, sort) }];
  });

const enumOf = (document: Document, schema: Schema): readonly string[] => {
  const named =
    schema.$ref === undefined ? undefined : document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
  return (named ?? schema).enum ?? (schema.anyOf ?? []).flatMap((part) => part.enum ?? []);
};

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ method, path, operation })),
  );
