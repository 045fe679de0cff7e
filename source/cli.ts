import { keepSmall } from './process/keep-small.ts';

const words = process.argv.slice(2);

// Before the rest is loaded, or its memory is spent already. It costs a start 5 ms (Node's own modules are compiled anew), so
// only where seconds go by: of the others, `runCommand` does it once it is known that it is not the UI.
if (['backup', 'restore', 'check', 'prune'].includes(words[0] ?? '')) keepSmall();

/** Resolves never: the process exits. Rejects for what not even the error handling has foreseen. */
export const ended = import('./commands/main.ts').then(({ main }) => main(words));
