import { describe, expect, test } from 'vitest';
import { debianArchives, parseDeb822, parseOneLine, sourceLine } from '../../scripts/setup/apt-sources.js';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The lines apt would read for suite `sid`, from the given source files of a machine. */
function sidLines(oneLine: string, deb822 = '', codename = 'bookworm'): string[] {
	const sources = [...parseOneLine(oneLine), ...parseDeb822(deb822)];
	return debianArchives(sources, codename).map((source) => sourceLine(source, 'sid', '').trim());
}

describe('the archive of a machine, with only the suite changed', () => {
	test('classic list with security, updates, comments and sources', () => {
		const list = `
# deb http://commented.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian-security bookworm-security main
deb http://mirror.example/debian bookworm-updates main
deb http://mirror.example/debian bookworm main contrib # ours
`;
		expect(sidLines(list)).toEqual(['deb http://mirror.example/debian sid main']);
	});

	test('classic list with options', () => {
		const list = `deb [ arch=amd64 signed-by=${keyring} trusted=yes ] https://mirror.example/pub/debian/ bookworm main`;
		expect(sidLines(list)).toEqual([
			`deb [signed-by=${keyring} trusted=yes] https://mirror.example/pub/debian/ sid main`,
		]);
	});

	test('deb822 with comments inside, several suites and a security stanza', () => {
		const sources = `Types: deb
# a dated copy lies at http://dated.example/archive/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: ${keyring}

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: ${keyring}
`;
		expect(sidLines('', sources)).toEqual([
			`deb [signed-by=${keyring}] http://mirror.example/debian sid main`,
		]);
	});

	test('deb822 that is switched off, for sources only, or folded over lines', () => {
		const sources = `Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main

Types: deb deb-src
URIs:
 http://mirror.example/debian
Suites:
 bookworm
 bookworm-updates
Components: main
`;
		expect(sidLines('', sources)).toEqual(['deb http://mirror.example/debian sid main']);
	});

	test('a key inside the stanza is taken out whole', () => {
		const sources = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----
`;
		const [source] = debianArchives(parseDeb822(sources), 'bookworm');
		expect(source?.signedBy).toBe(
			'-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBF\n-----END PGP PUBLIC KEY BLOCK-----',
		);
		expect(source && sourceLine(source, 'sid', '/key.asc')).toBe(
			'deb [signed-by=/key.asc] http://mirror.example/debian sid main\n',
		);
	});

	test('other vendors come last or not at all, Debian of another name is found', () => {
		const list = `deb cdrom:[Debian 12]/ bookworm main
deb https://vendor.example/linux/debian bookworm stable
deb https://vendor.example/apt bookworm main
deb http://mirror.example/debian oldstable main
deb http://mirror.example/debian bookworm main`;
		expect(sidLines(list)).toEqual([
			'deb http://mirror.example/debian sid main',
			'deb https://vendor.example/apt sid main',
			'deb http://mirror.example/debian sid main',
		]);
	});

	test('a machine of another release', () => {
		const list = 'deb http://mirror.example/debian trixie main';
		expect(sidLines(list, '', 'trixie')).toEqual(['deb http://mirror.example/debian sid main']);
		expect(sidLines(list, '', 'bookworm')).toEqual([]);
	});
});
