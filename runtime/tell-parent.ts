/**
 * Tells the process that started this one, if it listens. A parent that has gone away is told nothing: that must not end
 * this process.
 */
export function tellParent(message: { readonly type: 'ready'; readonly port?: number }): void {
  if (process.connected === true) process.send?.(message, undefined, {}, () => undefined);
}
