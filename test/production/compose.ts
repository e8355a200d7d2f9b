/** Reads docker-compose.yml as far as it is used here: what each service runs, its environment, and its files. */
import { parse } from 'yaml';
import { z } from 'zod';

/** A service with every variable replaced by its value. */
export interface Service {
  /** Empty when the image's own program runs. */
  readonly program: readonly string[];
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Files that the service finds inside its container. */
  readonly files: readonly { readonly target: string; readonly content: string }[];
  readonly replicas: number;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const composeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      environment: z.record(z.string(), scalar).default({}),
      entrypoint: z.array(z.string()).default([]),
      command: z.array(z.string()).default([]),
      configs: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
      deploy: z.object({ replicas: z.number().default(1) }).default({ replicas: 1 }),
    }),
  ),
  configs: z.record(z.string(), z.object({ content: z.string() })),
});

/** Throws when the file is not what is expected, or needs a variable that `variables` does not have. */
export function readCompose(
  text: string,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, Service>> {
  const { services, configs } = composeFile.parse(replaced(parse(text, { merge: true }), variables));
  return Object.fromEntries(
    Object.entries(services).map(([name, { image, environment, entrypoint, command, configs: used, deploy }]) => [
      name,
      {
        image,
        program: [...entrypoint, ...command],
        environment: Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)])),
        files: used.map(({ source, target }) => ({ target, content: contentOf(configs, source) })),
        replicas: deploy.replicas,
      },
    ]),
  );
}

function contentOf(configs: Readonly<Record<string, { content: string }>>, source: string): string {
  const config = configs[source];
  if (config === undefined) throw new Error(`docker-compose.yml has no config ${source}.`);
  return config.content;
}

/** The value with the variables of every text in it replaced. */
function replaced(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((each) => replaced(each, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each, variables)]));
}

const VARIABLE = /^\$\{(\w+)(?::([-?])|\})/;

/**
 * Replaces `${NAME}`, `${NAME:-default}` (the default may hold variables) and `${NAME:?message}`; `$$` is a dollar sign.
 * Throws for a variable that must be set and is not, and for every other use of the sign.
 */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  let made = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    if (!rest.startsWith('$')) {
      made += rest.charAt(0);
      at += 1;
    } else if (rest.startsWith('$$')) {
      made += '$';
      at += 2;
    } else {
      const [value, length] = variableAt(rest, variables);
      made += value;
      at += length;
    }
  }
  return made;
}

/** The value of the variable with which the text begins, and how much of the text names it. */
function variableAt(text: string, variables: Readonly<Record<string, string>>): [string, number] {
  const found = VARIABLE.exec(text);
  if (found === null)
    throw new Error(`docker-compose.yml: ${text.slice(0, 40)} is no variable that is understood here.`);
  const [head, name = '', operator] = found;
  const value = variables[name] ?? '';
  if (operator === undefined) return [value, head.length];
  const end = closingBrace(text);
  const rest = text.slice(head.length, end);
  if (value !== '') return [value, end + 1];
  if (operator === '?') throw new Error(`docker-compose.yml needs ${name}: ${rest}.`);
  return [interpolate(rest, variables), end + 1];
}

function closingBrace(text: string): number {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith('${', at)) open += 1;
    if (text.charAt(at) !== '}') continue;
    open -= 1;
    if (open === 0) return at;
  }
  throw new Error(`docker-compose.yml: ${text} lacks a closing brace.`);
}
