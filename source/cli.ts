import { main } from './commands/main.ts';

/** Resolves never: the process exits. Rejects for what not even the error handling has foreseen. */
export const ended = main(process.argv.slice(2));
