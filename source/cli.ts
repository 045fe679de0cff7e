import { version } from './version.ts';

// The version is answered before anything else is loaded: it is asked for by scripts and prompts.
const argv = process.argv.slice(2);
const end = argv.indexOf('--');
if ((end === -1 ? argv : argv.slice(0, end)).includes('--version')) {
	process.stdout.write(`backup-tui ${version}\n`);
} else {
	const { main } = await import('./commands/main.ts');
	await main(argv);
}
