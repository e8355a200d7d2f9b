const NOT_LOADED =
  'The files of this page could not be loaded. Check your connection. If the console was replaced by a new version, loading it again helps.';

/**
 * Gives a page whose files do not come an error in plain words. Under its own words the router would load the whole
 * console again at once, and a person without a connection would lose what is on the screen.
 */
export function explainMissingFiles(): void {
  window.addEventListener('vite:preloadError', ({ payload }) => {
    payload.message = NOT_LOADED;
  });
}
