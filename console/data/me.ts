import { $api, type Shapes } from './api.ts';

export type Me = Shapes['Me'];
export type Permission = Me['permissions'][number];

/** Who is signed in and what they may do; undefined until it is read. Pages inside the shell always have it. */
export const useMe = (): Me | undefined => $api.useQuery('get', '/v1/me', {}, { staleTime: 60_000 }).data;

/** Whether the person who is signed in may do this. The screen follows it; the API still decides. */
export const useMay = (permission: Permission): boolean => useMe()?.permissions.includes(permission) ?? false;
