import type { z } from 'zod';

/** A value as JSON carries it: instants are texts, ids of every kind are plain texts, what is undefined is left out. */
export type Sent<Value> = Value extends Date
  ? string
  : Value extends string
    ? PlainText<Value>
    : Value extends readonly (infer Item)[]
      ? Sent<Item>[]
      : Value extends object
        ? { -readonly [Name in keyof Value]: Member<Value, Name> }
        : Value;

/** Words of a list stay what they are; a branded text is a text. */
type PlainText<Text extends string> = Record<never, never> extends Record<Text, 1> ? string : Text;

type Member<Value, Name extends keyof Value> =
  Record<never, never> extends Pick<Value, Name> ? Sent<Value[Name]> | undefined : Sent<Value[Name]>;

/** The schema, where it says all that is sent and no more; else a word that tells why not. What is optional is looked at by name. */
type Exact<Value, Schema extends z.ZodType> = [Sent<Value>] extends [Sent<z.output<Schema>>]
  ? [AnyKey<Sent<Value>>, AnyKey<z.output<Schema>>] extends [AnyKey<z.output<Schema>>, AnyKey<Sent<Value>>]
    ? Schema
    : 'the schema and what is sent have different members'
  : 'the schema is narrower than what is sent';

type AnyKey<Value> = Value extends object ? keyof Value : never;

/**
 * A schema of exactly what is sent of a type: the compiler refuses one that says less or more, so that they cannot drift
 * apart. Where an answer is put together by hand its type is the schema's instead.
 */
export const sentAs =
  <Value>() =>
  <Schema extends z.ZodType<Sent<Value>>>(schema: Exact<Value, Schema>): Schema =>
    schema as Schema;
