import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/places.js';
import { attempt, run } from '../setup/run.js';
import { layOut } from './deb-tree.js';
import { filesBelow, md5sums, sizeInKiB, stampTree } from './tree.js';

/** Debian's names of Node's architectures. */
const architectures = /** @type {Record<string, string>} */ ({ x64: 'amd64', arm64: 'arm64' });

/**
 * Builds the .deb. The same sources give the same bytes: times are those of the last commit, owners root, names sorted.
 *
 * @param {{ executable: string, licences: string, version: string, work: string, out: string, quick: boolean }} options
 * `quick`: packed badly but in seconds
 * @returns {Promise<string>} the package
 */
export async function buildDeb({ executable, licences, version, work, out, quick }) {
	const tree = join(work, 'deb');
	await layOut({ tree, executable, licences });
	// A pre-release sorts before its release: https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
	const debVersion = version.replace('-', '~');
	const architecture = architectures[process.arch] ?? process.arch;
	writeControl(tree, { version: debVersion, architecture });
	const epoch = await commitTime();
	stampTree(tree, epoch);
	const output = join(out, `backup-tui_${debVersion}_${architecture}.deb`);
	const packing = quick ? ['-Zgzip', '-z1'] : ['-Zxz', '-z6'];
	await run('dpkg-deb', ['--root-owner-group', ...packing, '--build', tree, output], {
		env: { SOURCE_DATE_EPOCH: String(epoch) },
	});
	return output;
}

/**
 * @param {string} tree
 * @param {{ version: string, architecture: string }} values
 */
function writeControl(tree, { version, architecture }) {
	const templates = join(root, 'packaging', 'debian');
	const target = join(tree, 'DEBIAN');
	const control = readFileSync(join(templates, 'control'), 'utf8')
		.replace('@VERSION@', version)
		.replace('@ARCHITECTURE@', architecture)
		.replace('@SIZE@', String(sizeInKiB(tree)));
	const files = filesBelow(tree).filter((path) => !path.startsWith('DEBIAN/'));
	writeFileSync(join(target, 'control'), control);
	writeFileSync(join(target, 'md5sums'), md5sums(tree, files));
	for (const [name, mode] of Object.entries({
		conffiles: 0o644,
		postinst: 0o755,
		prerm: 0o755,
		postrm: 0o755,
	})) {
		writeFileSync(join(target, name), readFileSync(join(templates, name)));
		chmodSync(join(target, name), mode);
	}
}

/** Seconds since the epoch of the last commit, or SOURCE_DATE_EPOCH where it is given; 0 outside a checkout. */
async function commitTime() {
	const given = process.env.SOURCE_DATE_EPOCH;
	if (given !== undefined) return Number(given);
	const { ok, stdout } = await attempt('git', ['log', '-1', '--format=%ct']);
	return ok ? Number(stdout.trim()) : 0;
}
