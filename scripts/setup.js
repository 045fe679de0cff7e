// `npm run setup`: brings everything that backup-tui and its tests need on a Debian machine.
import { main } from './setup/main.js';
import { setUp } from './setup/setup.js';

await main([], async () => {
	console.log('Setting up backup-tui');
	await setUp({ forTests: true });
});
