/** What `runUi` returns when the setup has just written a configuration: run it again. */
export const configuredNow = -1;
