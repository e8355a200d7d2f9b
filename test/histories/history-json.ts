import { createRequire } from 'node:module';
import proto from '@temporalio/proto';

/** A history as the client fetches it and the worker replays it. */
export type History = proto.temporal.api.history.v1.IHistory;

interface ProtoJson {
  toJson(type: unknown, message: unknown): unknown;
  fromJson(type: unknown, json: unknown, options: { ignoreUnknownFields: boolean }): History;
}

/**
 * Histories in the JSON of Temporal's own tools: the Temporal UI can import such a file.
 *
 * Instead of `historyToJSON` of @temporalio/common 1.24, which fails with "type must be a Type" wherever npm gives
 * @temporalio/proto and @temporalio/common a copy of protobufjs each: the types are those of one copy, and the code that
 * they are handed to is of the other. Here both are of @temporalio/proto.
 */
const ofProto = createRequire(createRequire(import.meta.url).resolve('@temporalio/proto'));
const { toJson, fromJson } = ofProto('protobufjs/ext/protojson') as ProtoJson;
const { History } = proto.temporal.api.history.v1;
const type: unknown = (proto as unknown as { lookupType(name: string): unknown }).lookupType(
  'temporal.api.history.v1.History',
);

export const textOf = (history: History): string => JSON.stringify(toJson(type, History.fromObject(history)), null, 1);

export const historyFrom = (text: string): History => fromJson(type, JSON.parse(text), { ignoreUnknownFields: true });
