import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { inject } from 'vitest';

/** Proves what the API answers against what /openapi.json says of it. */

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { responses: Responses }>>>>;
}
type Responses = Readonly<Record<string, { content?: Readonly<Record<string, unknown>> }>>;

const DOCUMENT = 'openapi.json';
const JSON_TYPE = 'application/json';
const MAX_ERRORS_TOLD = 5;

let reading: Promise<Contract> | undefined;

/** The contract of the API under test, read once. */
const contract = (): Promise<Contract> => {
  reading ??= read();
  return reading;
};

async function read(): Promise<Contract> {
  const response = await fetch(`${inject('apiUrl')}/${DOCUMENT}`);
  return new Contract((await response.json()) as OpenApi);
}

class Contract {
  private readonly document: OpenApi;
  // Not strict: OpenAPI has words of its own beside those of JSON Schema.
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly routes: readonly { readonly path: string; readonly pattern: RegExp }[];
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(document: OpenApi) {
    this.document = document;
    formats.default(this.ajv);
    this.ajv.addFormat('iana-time-zone', true);
    this.ajv.addSchema(document, DOCUMENT, undefined, false);
    // A path that is written out goes before one with an id in its place.
    this.routes = Object.keys(document.paths)
      .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
      .sort((one, other) => one.path.split('{').length - other.path.split('{').length);
  }

  /** Throws where the body is not what the route's schema says. */
  check(method: string, url: string, status: number, body: unknown): void {
    const [pathname = ''] = url.split('?');
    const name = method.toLowerCase();
    const route = this.routes.find(
      ({ path, pattern }) => pattern.test(pathname) && this.document.paths[path]?.[name] !== undefined,
    );
    if (route === undefined) throw new Error(`${method} ${pathname} answered ${status} and is not documented.`);
    const { path } = route;
    const validate = this.validatorOf(path, name, status);
    const told = `${method} ${path} answered ${status}`;
    if (validate === undefined) {
      if (body !== undefined) throw new Error(`${told} with a body, and /openapi.json has no schema for it.`);
    } else if (!validate(body)) {
      const errors = (validate.errors ?? []).slice(0, MAX_ERRORS_TOLD).map(({ instancePath, message, params }) => {
        return `  ${instancePath === '' ? '/' : instancePath} ${message ?? ''} ${JSON.stringify(params)}`;
      });
      throw new Error([`${told} with what /openapi.json does not say:`, ...errors].join('\n'));
    }
  }

  /** Undefined where no body is documented. */
  private validatorOf(path: string, method: string, status: number): ValidateFunction | undefined {
    const response = this.document.paths[path]?.[method]?.responses[String(status)];
    if (response === undefined) throw new Error(`${method} ${path} answered ${status}, which is not documented.`);
    if (response.content?.[JSON_TYPE] === undefined) return undefined;
    const steps = ['paths', path, method, 'responses', String(status), 'content', JSON_TYPE, 'schema'];
    const pointer = steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    const known = this.validators.get(pointer);
    if (known !== undefined) return known;
    const made = this.ajv.compile({ $ref: `${DOCUMENT}#/${encodeURI(pointer)}` });
    this.validators.set(pointer, made);
    return made;
  }
}

/**
 * Checks a success of the API; what is no success is a problem, and other tests look at those. `undefined`: no body.
 */
export async function checkAnswer(method: string, url: string, status: number, body: unknown): Promise<void> {
  if (status < 200 || status > 299 || !url.startsWith('/v1/')) return;
  (await contract()).check(method, url, status, body);
}
