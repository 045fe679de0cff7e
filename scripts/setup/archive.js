import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceLine } from './apt-sources.js';
import { machineArchives } from './machine.js';
import { toolsDirectory } from './places.js';
import { attempt, run, SetupError } from './run.js';

const workDirectory = join(toolsDirectory, 'apt');

/**
 * Makes apt work on one suite of the machine's mirror with a list, state and cache of its own: the machine's sources,
 * pins and installed packages stay out of it.
 *
 * @param {string} suite
 * @param {import('./apt-sources.js').AptSource} source
 */
function privateApt(suite, source) {
	const directory = join(workDirectory, suite);
	for (const name of ['state/lists/partial', 'cache/archives/partial'])
		mkdirSync(join(directory, name), { recursive: true });
	const embeddedKey = source.signedBy.includes('BEGIN PGP') ? join(directory, 'archive.asc') : '';
	if (embeddedKey !== '') writeFileSync(embeddedKey, source.signedBy);
	writeFileSync(join(directory, 'sources.list'), sourceLine(source, suite, embeddedKey));
	writeFileSync(join(directory, 'status'), '');
	const settings = {
		'Dir::Etc::SourceList': join(directory, 'sources.list'),
		'Dir::Etc::SourceParts': '/dev/null',
		'Dir::Etc::Preferences': '/dev/null',
		'Dir::Etc::PreferencesParts': '/dev/null',
		'Dir::State': join(directory, 'state'),
		'Dir::State::status': join(directory, 'status'),
		'Dir::Cache': join(directory, 'cache'),
		'APT::Default-Release': '',
		'APT::Sandbox::User': 'root',
		'Acquire::Languages': 'none',
		'Acquire::Retries': '3',
	};
	return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

/**
 * Gets the package list. A mirror that is frozen at some date serves lists that are signed but past their time: they are taken,
 * since the alternative is older still.
 *
 * @param {readonly string[]} options
 */
async function update(options) {
	const args = [...options, 'update', '-q', '--error-on=any'];
	const result = await attempt('apt-get', args);
	if (result.ok || !/is expired/.test(result.output)) return result;
	console.log('       the mirror has not been brought up to date for a while; taking what it has');
	return await attempt('apt-get', ['-o', 'Acquire::Check-Valid-Until=false', ...args]);
}

/**
 * Downloads packages of one suite and unpacks them into a directory, installing nothing. Tries the machine's archives in turn.
 *
 * @param {string} suite
 * @param {readonly string[]} packages
 * @returns {Promise<string>} the directory that stands for `/`; the caller takes out what it wants, then calls `forget`
 */
export async function unpack(suite, packages) {
	let failure = '';
	for (const source of machineArchives()) {
		const options = privateApt(suite, source);
		const downloads = join(workDirectory, suite, 'packages');
		rmSync(downloads, { recursive: true, force: true });
		mkdirSync(downloads, { recursive: true });
		const updated = await update(options);
		const loaded = updated.ok
			? await attempt('apt-get', [...options, 'download', '-q', ...packages], { cwd: downloads })
			: updated;
		if (!loaded.ok) {
			failure = loaded.output.trim().split('\n').slice(-4).join('\n    ');
			continue;
		}
		const target = join(workDirectory, suite, 'unpacked');
		for (const name of readdirSync(downloads)) await run('dpkg', ['-x', join(downloads, name), target]);
		return target;
	}
	throw new SetupError(`${packages.join(', ')} could not be had from Debian ${suite}\n    ${failure}`);
}

/**
 * As `unpack`, for one package together with those of its dependencies that the machine has not installed.
 *
 * @param {string} suite of the machine's own release
 * @param {string} name
 * @returns {Promise<string>} the directory that stands for `/`
 */
export async function unpackWithDependencies(suite, name) {
	const [source] = machineArchives();
	if (source === undefined) throw new SetupError('no archive');
	const options = [...privateApt(suite, source), '-o', 'Dir::State::status=/var/lib/dpkg/status'];
	const updated = await update(options);
	if (!updated.ok)
		throw new SetupError(
			`Debian ${suite} could not be read\n    ${updated.output.trim().split('\n').at(-1)}`,
		);
	const keep = ['-o', 'APT::Keep-Downloaded-Packages=true', '-o', 'Debug::NoLocking=true'];
	await run('apt-get', [
		...options,
		...keep,
		'install',
		'-y',
		'--download-only',
		'--no-install-recommends',
		name,
	]);
	const downloads = join(workDirectory, suite, 'cache', 'archives');
	const target = join(workDirectory, suite, 'unpacked');
	for (const file of readdirSync(downloads).filter((entry) => entry.endsWith('.deb')))
		await run('dpkg', ['-x', join(downloads, file), target]);
	return target;
}

/** Deletes the lists and downloads: they are large and out of date tomorrow. */
export function forget() {
	rmSync(workDirectory, { recursive: true, force: true });
}
