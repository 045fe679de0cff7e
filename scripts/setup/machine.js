import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianArchives, parseDeb822, parseOneLine } from './apt-sources.js';
import { SetupError } from './run.js';

/** @param {string} path */
function read(path) {
	return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The codename of the machine's Debian release, e.g. `bookworm`; throws on another distribution. */
export function releaseCodename() {
	const text = read('/etc/os-release');
	const codename = /^VERSION_CODENAME="?([\w-]+)/m.exec(text)?.[1] ?? '';
	if (!/^ID="?debian/m.test(text) || codename === '')
		throw new SetupError(
			'The set-up brings what is missing from the Debian archive, and this is not a Debian release.',
		);
	return codename;
}

/** The machine's own sources of the Debian archive, likeliest first; throws when there are none. */
export function machineArchives(directory = '/etc/apt', codename = releaseCodename()) {
	const parts = join(directory, 'sources.list.d');
	const names = existsSync(parts) ? readdirSync(parts).sort() : [];
	const sources = [
		...parseOneLine(read(join(directory, 'sources.list'))),
		...names
			.filter((name) => name.endsWith('.sources'))
			.flatMap((name) => parseDeb822(read(join(parts, name)))),
		...names
			.filter((name) => name.endsWith('.list'))
			.flatMap((name) => parseOneLine(read(join(parts, name)))),
	];
	const archives = debianArchives(sources, codename);
	if (archives.length === 0)
		throw new SetupError(
			`No source of Debian ${codename} main in ${directory}: add one, then run this again.`,
		);
	return archives;
}
