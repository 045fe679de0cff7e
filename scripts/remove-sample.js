// `npm run remove-sample`: removes what `npm start` made to show the main job.
import { ownPlaces } from './sample/places.js';
import { removeSample } from './sample/sample.js';
import { main } from './setup/main.js';

await main([], async () => {
	await removeSample(await ownPlaces());
});
