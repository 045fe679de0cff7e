// `npm start`: sets up what is missing, then shows the main job on a sample of its own.
import { ownPlaces, program } from './sample/places.js';
import { runSample } from './sample/sample.js';
import { main } from './setup/main.js';
import { setUp } from './setup/setup.js';

await main([], async () => {
	console.log('Setting up backup-tui');
	await setUp({ withOldTools: false });
	const places = await ownPlaces();
	await runSample(places);
	console.log(`
All of it works on this machine. Next:
  look around        ${program} --config ${places.configFile} status
  your own stacks    cp config.example.ini /etc/backup-tui/config.ini, edit it, then: ${program} backup --dry-run
  remove the sample  npm run remove-sample
`);
});
