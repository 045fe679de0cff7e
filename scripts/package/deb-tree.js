import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dailyCalendar } from '../../source/services/schedule/time-of-day.ts';
import { unitFiles } from '../../source/services/schedule/units.ts';
import { root } from '../setup/places.js';
import { run } from '../setup/run.js';

/** The packaged units are those that `schedule install` would write. */
const units = unitFiles({
	program: ['/usr/bin/backup-tui'],
	configFile: '/etc/backup-tui/config.ini',
	nameConfig: false,
	calendar: dailyCalendar({ hour: 3, minute: 0 }),
	delayMinutes: 15,
	sync: false,
	owner: 'system',
});

/**
 * Lays out what the package installs.
 *
 * @param {{ tree: string, executable: string, licences: string }} options
 */
export async function layOut({ tree, executable, licences }) {
	/** @param {string} path @param {string | Uint8Array} content @param {number} [mode] */
	const write = (path, content, mode = 0o644) => {
		const target = join(tree, path);
		mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
		writeFileSync(target, content);
		chmodSync(target, mode);
	};
	/** @param {readonly string[]} args */
	const told = async (args) => (await run(executable, args)).stdout;

	mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
	mkdirSync(join(tree, 'usr/bin'), { recursive: true });
	copyFileSync(executable, join(tree, 'usr/bin/backup-tui'));
	for (const { name, text } of units) write(`usr/lib/systemd/system/${name}`, text);
	const share = 'usr/share';
	write(`${share}/man/man8/backup-tui.8.gz`, gzip(await told(['man'])));
	write(`${share}/bash-completion/completions/backup-tui`, await told(['completion', 'bash']));
	write(`${share}/zsh/vendor-completions/_backup-tui`, await told(['completion', 'zsh']));
	write(`${share}/fish/vendor_completions.d/backup-tui.fish`, await told(['completion', 'fish']));
	const doc = `${share}/doc/backup-tui`;
	write(`${doc}/copyright`, copyright());
	write(`${doc}/third-party-licences.gz`, gzip(readFileSync(licences, 'utf8')));
	write(`${doc}/configuration.md.gz`, gzip(readFileSync(join(root, 'docs/configuration.md'), 'utf8')));
	write('etc/backup-tui/config.example.ini', readFileSync(join(root, 'config.example.ini')), 0o600);
	for (const path of ['etc/backup-tui', 'var/lib/backup-tui', 'var/log/backup-tui']) {
		mkdirSync(join(tree, path), { recursive: true });
		chmodSync(join(tree, path), 0o700);
	}
}

/** gzip without a time in its header. @param {string} text */
const gzip = (text) => gzipSync(text, { level: 9 });

/** Debian's frame around the licence of the checkout, indented as a field of it. */
function copyright() {
	const licence = readFileSync(join(root, 'LICENSE'), 'utf8').trim().split('\n').slice(2);
	const indented = licence.map((line) => (line.trim() === '' ? ' .' : ` ${line}`)).join('\n');
	return `${readFileSync(join(root, 'packaging/debian/copyright'), 'utf8')}\nLicense: MIT\n${indented}\n`;
}
