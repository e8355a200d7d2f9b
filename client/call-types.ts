import type { Client, ClientPathsWithMethod, MaybeOptionalInit } from 'openapi-fetch';
import type { paths } from './schema.d.ts';

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

/** The paths that take a method. */
export type PathOf<Of extends Method> = ClientPathsWithMethod<Client<paths>, Of>;

/** What a call needs besides its path: `params` (`path`, `query`, `header`) and `body`, and the options of `fetch`. */
export type CallOf<Path extends keyof paths, Of extends Method> =
  undefined extends MaybeOptionalInit<paths[Path], Of>
    ? [call?: MaybeOptionalInit<paths[Path], Of>]
    : [call: MaybeOptionalInit<paths[Path], Of>];

type Json<Response> = Response extends { readonly content: { readonly 'application/json': infer Body } }
  ? Body
  : undefined;

type Within<Responses, Status> = Status extends keyof Responses ? Json<Responses[Status]> : never;

type Present<Responses> = Responses extends { readonly 200: unknown } | { readonly 201: unknown }
  ? Within<Responses, 200> | Within<Responses, 201>
  : Within<Responses, 202> | Within<Responses, 204>;

/**
 * The body of a successful answer; undefined where it has none. Where a route answers at once, its 202 is left out:
 * that comes only to calls with `Prefer: respond-async`.
 */
export type AnswerOf<Path extends keyof paths, Of extends Method> = paths[Path][Of] extends {
  readonly responses: infer Responses;
}
  ? Present<Responses>
  : never;

interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

/** The paths that answer a list in pages. */
export type ListPath = {
  [Path in PathOf<'get'>]: AnswerOf<Path, 'get'> extends Page ? Path : never;
}[PathOf<'get'>];

/** One entry of a list. */
export type ItemOf<Path extends ListPath> =
  AnswerOf<Path, 'get'> extends { readonly items: readonly (infer Item)[] } ? Item : never;
