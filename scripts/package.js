// `npm run package`: the single executable, the .deb and the npm tarball, in out/, with their checksums.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { version } from './build/options.js';
import { bundleToOneFile } from './package/bundle.js';
import { writeChecksums } from './package/checksums.js';
import { buildDeb } from './package/deb.js';
import { buildExecutable } from './package/executable.js';
import { writeLicences } from './package/licences.js';
import { buildTarball } from './package/tarball.js';
import { compress, sizeOf } from './package/xz.js';
import { main } from './setup/main.js';
import { root } from './setup/places.js';

await main(['--quick'], async (given) => {
	const quick = given.has('--quick');
	const out = join(root, 'out');
	const work = join(out, 'work');
	rmSync(out, { recursive: true, force: true });
	mkdirSync(work, { recursive: true });

	const bundle = await bundleToOneFile(work);
	const licences = writeLicences(bundle.packages, work);
	const executable = await buildExecutable({ bundle: bundle.file, licences, work, out });
	const deb = await buildDeb({ executable, licences, version, work, out, quick });
	const tarball = await buildTarball({ licences, work, out });
	const made = [executable, deb, tarball];
	// Takes a minute: for a release, not for a test.
	if (!quick) made.push(await compress(executable));
	rmSync(work, { recursive: true });
	for (const file of made) console.log(`${sizeOf(file)}  ${file}`);
	console.log(writeChecksums(out, made));
});
