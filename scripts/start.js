// `npm start`: sets up what is missing, then shows the main job on a sample of its own.
import { ownPlaces } from './sample/places.js';
import { runSample } from './sample/sample.js';
import { main } from './setup/main.js';
import { setUp } from './setup/setup.js';

await main([], async () => {
	console.log('Setting up backup-tui');
	await setUp({ forTests: false });
	await runSample(await ownPlaces());
	console.log(`
All of it works on this machine. From here:
  bin/backup-tui --config .tools/sample/config.ini status    the sample, from the command line
  bin/backup-tui --config .tools/sample/config.ini           the sample, in the terminal UI
  npm run remove-sample                                      removes the sample
  docs/quick-start.md                                        your own stacks
`);
});
