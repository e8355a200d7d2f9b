/** Whether a host is this machine, written as an address of 127.0.0.0/8, as ::1 or as localhost. */
export const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/i.test(host);
