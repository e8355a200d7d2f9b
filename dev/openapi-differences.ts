/** How two OpenAPI documents differ, in what they promise to callers: descriptions, summaries and examples are left out. */

/**
 * `removed`: a route, a parameter, a member or a status that was there. `narrowed`: fewer requests are accepted, or an
 * answer leaves out what it always had. Both can break a caller. `widened`: more requests are accepted, or an answer has
 * values that it did not have before. `added`: something new beside what there was.
 */
export type DifferenceKind = 'removed' | 'narrowed' | 'widened' | 'added';

export interface DocumentDifference {
  readonly kind: DifferenceKind;
  /** The operation and the place in it, or the named schema and the place in that: `POST /v1/cases body`, `CaseInput.minutes`. */
  readonly where: string;
  readonly what: string;
}

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** What a caller sends, or what a caller gets: the same change of a schema is harmless in one and not in the other. */
type Direction = 'request' | 'answer';

export function differencesBetween(before: object, after: object): readonly DocumentDifference[] {
  const comparison = new Comparison(before as JsonObject, after as JsonObject);
  comparison.operations();
  return comparison.found;
}

/** Differences that can break a caller of the document before. */
export const breaking = (differences: readonly DocumentDifference[]): readonly DocumentDifference[] =>
  differences.filter(({ kind }) => kind === 'removed' || kind === 'narrowed');

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const namesOf = (...objects: readonly JsonObject[]): readonly string[] => [...new Set(objects.flatMap(Object.keys))];
const textOf = (value: Json | undefined): string => JSON.stringify(value);

/** Keywords whose larger number accepts fewer values, and those whose smaller one does. */
const AT_LEAST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const AT_MOST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
/** Keywords that are compared as they stand: whether another pattern accepts more or fewer values is not computed. */
const AS_THEY_STAND = ['pattern', 'format', 'uniqueItems', 'multipleOf'];

class Comparison {
  readonly found: DocumentDifference[] = [];
  private readonly before: JsonObject;
  private readonly after: JsonObject;
  /** Named schemas that were compared already: each is reported once, and one that contains itself comes to an end. */
  private readonly compared = new Set<string>();

  constructor(before: JsonObject, after: JsonObject) {
    this.before = before;
    this.after = after;
  }

  operations(): void {
    const [before, after] = [operationsOf(this.before), operationsOf(this.after)];
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [old, present] = [before.get(name), after.get(name)];
      if (present === undefined) this.say('removed', name, 'the route');
      else if (old === undefined) this.say('added', name, 'the route');
      else this.operation(name, old, present);
    }
  }

  private operation(name: string, before: JsonObject, after: JsonObject): void {
    this.parameters(name, before, after);
    const [oldBody, body] = [before.requestBody, after.requestBody].map((each) => contentOf(objectOf(each)));
    if (oldBody !== undefined && body !== undefined) this.schema(`${name} request body`, oldBody, body, 'request');
    else if (oldBody !== undefined) this.say('removed', name, 'the request body');
    else if (body !== undefined) this.say('added', name, 'a request body');
    const [old, present] = [objectOf(before.responses), objectOf(after.responses)];
    for (const status of namesOf(old, present)) this.answer(name, status, old[status], present[status]);
  }

  private parameters(name: string, before: JsonObject, after: JsonObject): void {
    const [old, present] = [parametersOf(before), parametersOf(after)];
    for (const [key, parameter] of old) {
      const next = present.get(key);
      if (next === undefined) this.say('removed', name, `the parameter ${key}`);
      else {
        if (next.required === true && parameter.required !== true) this.say('narrowed', name, `${key} is required`);
        this.schema(`${name} ${key}`, objectOf(parameter.schema), objectOf(next.schema), 'request');
      }
    }
    for (const [key, { required }] of present) {
      if (!old.has(key)) this.say(required === true ? 'narrowed' : 'added', name, `the parameter ${key}`);
    }
  }

  private answer(name: string, status: string, before: Json | undefined, after: Json | undefined): void {
    if (after === undefined) this.say('removed', name, `the answer ${status}`);
    else if (before === undefined) this.say('added', name, `the answer ${status}`);
    else {
      const [old, present] = [mediaOf(objectOf(before)), mediaOf(objectOf(after))];
      for (const type of namesOf(old, present)) {
        const [schema, next] = [objectOf(old[type]).schema, objectOf(present[type]).schema];
        if (next === undefined) this.say('removed', name, `${type} of the answer ${status}`);
        else if (schema === undefined) this.say('added', name, `${type} of the answer ${status}`);
        else this.schema(`${name} ${status} answer`, objectOf(schema), objectOf(next), 'answer');
      }
    }
  }

  private schema(where: string, before: JsonObject, after: JsonObject, direction: Direction): void {
    const name = nameOfBoth(before, after);
    if (name !== undefined) {
      const once = `${name} as ${direction}`;
      if (this.compared.has(once)) return;
      this.compared.add(once);
    }
    this.alternatives(name ?? where, before, after, direction);
  }

  private alternatives(where: string, before: JsonObject, after: JsonObject, direction: Direction): void {
    const [old, present] = [this.alternativesOf(before, this.before), this.alternativesOf(after, this.after)];
    for (const [name, alternative] of old) {
      const next = present.get(name);
      // An answer that has a kind of value no longer keeps what it promised.
      if (next !== undefined) this.alternative(where, alternative, next, direction);
      else if (direction === 'request') this.say('narrowed', where, `no longer takes ${name}`);
    }
    for (const name of present.keys()) if (!old.has(name)) this.say('widened', where, `${name} too`);
  }

  /** The kinds of value that a schema allows, by a name that stays the same over versions. */
  private alternativesOf(schema: JsonObject, document: JsonObject): Map<string, JsonObject> {
    const { $ref } = schema;
    if (typeof $ref === 'string') return this.alternativesOf(referredTo($ref, document), document);
    const parts = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(parts))
      return numbered(listOf(parts).flatMap((part) => [...this.alternativesOf(objectOf(part), document)]));
    const values = schema.const === undefined ? schema.enum : [schema.const];
    if (Array.isArray(values)) return new Map(listOf(values).map((value) => [textOf(value), {}]));
    const types = listOf(Array.isArray(schema.type) ? schema.type : [schema.type ?? 'anything']);
    return new Map(types.map((type) => [nameOf(String(type), schema), schema]));
  }

  private alternative(where: string, before: JsonObject, after: JsonObject, direction: Direction): void {
    this.limits(where, before, after, direction);
    if (isObject(before.items) && isObject(after.items))
      this.schema(`${where}[]`, before.items, after.items, direction);
    if (isObject(before.additionalProperties) && isObject(after.additionalProperties))
      this.schema(`${where}.*`, before.additionalProperties, after.additionalProperties, direction);
    const [old, present] = [objectOf(before.properties), objectOf(after.properties)];
    const [was, is] = [before.required, after.required].map((names) => new Set(listOf(names)));
    for (const name of namesOf(old, present)) {
      const [schema, next] = [old[name], present[name]];
      const isNewlyRequired = is?.has(name) === true && was?.has(name) !== true;
      if (next === undefined) this.say('removed', where, `the member ${name}`);
      else if (schema === undefined)
        this.say(isNewlyRequired && direction === 'request' ? 'narrowed' : 'added', where, `the member ${name}`);
      else {
        if (isNewlyRequired && direction === 'request') this.say('narrowed', where, `${name} is required`);
        if (direction === 'answer' && was?.has(name) && !is?.has(name))
          this.say('narrowed', where, `${name} can be absent`);
        this.schema(`${where}.${name}`, objectOf(schema), objectOf(next), direction);
      }
    }
  }

  /** A limit that becomes tighter refuses requests; one that becomes looser lets answers have other values. */
  private limits(where: string, before: JsonObject, after: JsonObject, direction: Direction): void {
    for (const keyword of [...AT_LEAST, ...AT_MOST, ...AS_THEY_STAND]) {
      const [old, present] = [before[keyword], after[keyword]];
      if (old === present) continue;
      const isLooser = present === undefined || (old !== undefined && acceptsMore(keyword, old, present));
      const what = `${keyword} ${old === undefined ? 'is new' : `was ${textOf(old)}`}, is ${textOf(present) ?? 'gone'}`;
      if (isLooser) this.say('widened', where, what);
      else if (direction === 'request') this.say('narrowed', where, what);
    }
  }

  private say(kind: DifferenceKind, where: string, what: string): void {
    const isKnown = this.found.some((each) => each.kind === kind && each.where === where && each.what === what);
    if (!isKnown) this.found.push({ kind, where, what });
  }
}

function acceptsMore(keyword: string, before: Json, after: Json): boolean {
  if (AT_LEAST.includes(keyword)) return Number(after) < Number(before);
  if (AT_MOST.includes(keyword)) return Number(after) > Number(before);
  return false;
}

/** Names the second of two alternatives that cannot be told apart by their position. */
function numbered(alternatives: readonly (readonly [string, JsonObject])[]): Map<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const [name, schema] of alternatives) {
    const same = [...found.keys()].filter((each) => each === name || each.startsWith(`${name} #`)).length;
    found.set(same === 0 ? name : `${name} #${same + 1}`, schema);
  }
  return found;
}

/** The name of a schema of the components, where both documents refer to the same one. */
function nameOfBoth({ $ref: before }: JsonObject, { $ref: after }: JsonObject): string | undefined {
  return typeof before === 'string' && before === after ? before.slice(before.lastIndexOf('/') + 1) : undefined;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options'];

const operationsOf = (document: JsonObject): Map<string, JsonObject> =>
  new Map(
    Object.entries(objectOf(document.paths)).flatMap(([path, methods]) =>
      Object.entries(objectOf(methods))
        .filter(([method]) => METHODS.includes(method))
        .map(([method, operation]) => [`${method.toUpperCase()} ${path}`, objectOf(operation)] as const),
    ),
  );

const parametersOf = ({ parameters }: JsonObject): Map<string, JsonObject> =>
  new Map(listOf(parameters).map((each) => [`${objectOf(each).in} ${objectOf(each).name}`, objectOf(each)]));

const mediaOf = ({ content }: JsonObject): JsonObject => objectOf(content);

/** The schema of a JSON body. */
const contentOf = (body: JsonObject): JsonObject | undefined => {
  const { schema } = objectOf(mediaOf(body)['application/json']);
  return isObject(schema) ? schema : undefined;
};

/** Alternatives that are objects are told apart by the member that has one fixed value, such as `kind`. */
function nameOf(type: string, { properties }: JsonObject): string {
  if (type !== 'object') return type;
  const fixed = Object.entries(objectOf(properties)).find(([, schema]) => objectOf(schema).const !== undefined);
  return fixed === undefined ? type : `object with ${fixed[0]} ${textOf(objectOf(fixed[1]).const)}`;
}

function referredTo(target: string, document: JsonObject): JsonObject {
  const steps = target.replace(/^#\//, '').split('/');
  return steps.reduce<JsonObject>((node, step) => objectOf(node[step.replaceAll('~1', '/')]), document);
}
