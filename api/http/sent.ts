import type { z } from 'zod';

/**
 * A value as JSON carries it: instants and ids of every kind are texts, and members that are undefined are left out.
 */
export type Sent<Value> = Value extends Date
  ? string
  : Value extends string
    ? PlainText<Value>
    : Value extends readonly (infer Item)[]
      ? Sent<Item>[]
      : Value extends object
        ? { -readonly [Name in keyof Value]: Member<Value, Name> }
        : Value;

/** A union of literals stays what it is; a branded text becomes a plain text. */
type PlainText<Text extends string> = Record<never, never> extends Record<Text, 1> ? string : Text;

type Member<Value, Name extends keyof Value> =
  Record<never, never> extends Pick<Value, Name> ? Sent<Value[Name]> | undefined : Sent<Value[Name]>;

/**
 * The schema if it describes exactly what is sent, otherwise a text that says why not. Optional members are compared by
 * name.
 */
type Exact<Value, Schema extends z.ZodType> = [Sent<Value>] extends [Sent<z.output<Schema>>]
  ? [AnyKey<Sent<Value>>, AnyKey<z.output<Schema>>] extends [AnyKey<z.output<Schema>>, AnyKey<Sent<Value>>]
    ? Schema
    : 'the schema and what is sent have different members'
  : 'the schema is narrower than what is sent';

type AnyKey<Value> = Value extends object ? keyof Value : never;

/**
 * A schema that describes exactly what is sent of a type. The compiler refuses a schema that describes less or more, so
 * that the two cannot drift apart. An answer that is put together by hand takes its type from the schema instead.
 */
export const sentAs =
  <Value>() =>
  <Schema extends z.ZodType<Sent<Value>>>(schema: Exact<Value, Schema>): Schema =>
    schema as Schema;
