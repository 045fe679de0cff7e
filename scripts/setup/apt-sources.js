/**
 * One package source of the machine, from either format of sources.list(5).
 *
 * @typedef {object} AptSource
 * @property {string} uri
 * @property {readonly string[]} suites
 * @property {readonly string[]} components
 * @property {string} signedBy path of a keyring, the key itself (deb822 allows that), or ''
 * @property {boolean} trusted
 */

/**
 * Reads the classic format: `deb [options] URI suite component...`, one per line.
 *
 * @param {string} text
 * @returns {AptSource[]}
 */
export function parseOneLine(text) {
	/** @type {AptSource[]} */
	const sources = [];
	for (const line of text.split('\n')) {
		const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
		if (match === null) continue;
		const options = new Map(
			(match[1] ?? '').split(/\s+/).map((option) => /** @type {[string, string]} */ (option.split('=', 2))),
		);
		sources.push({
			uri: match[2] ?? '',
			suites: [match[3] ?? ''],
			components: words(match[4] ?? ''),
			signedBy: options.get('signed-by') ?? '',
			trusted: options.get('trusted') === 'yes',
		});
	}
	return sources;
}

/**
 * Reads the deb822 format: stanzas of fields, with continuation lines and comments.
 *
 * @param {string} text
 * @returns {AptSource[]}
 */
export function parseDeb822(text) {
	const withoutComments = text.replace(/^#.*\n?/gm, '');
	/** @type {AptSource[]} */
	const sources = [];
	for (const stanza of withoutComments.split(/\n\s*\n/)) {
		const fields = new Map();
		for (const match of stanza.matchAll(/^([\w-]+):(.*(?:\n[ \t].*)*)/gm))
			fields.set((match[1] ?? '').toLowerCase(), (match[2] ?? '').trim());
		const enabled = !/^(no|false|off|0)$/i.test(fields.get('enabled') ?? 'yes');
		if (!enabled || !words(fields.get('types') ?? '').includes('deb')) continue;
		for (const uri of words(fields.get('uris') ?? ''))
			sources.push({
				uri,
				suites: words(fields.get('suites') ?? ''),
				components: words(fields.get('components') ?? ''),
				signedBy: (fields.get('signed-by') ?? '').replace(/^[ \t]\.?/gm, ''),
				trusted: fields.get('trusted') === 'yes',
			});
	}
	return sources;
}

/** @param {string} text */
function words(text) {
	return text.split(/\s+/).filter((word) => word !== '');
}

const distributionSuites = ['stable', 'oldstable', 'testing', 'unstable', 'sid'];

/**
 * The machine's sources of the Debian archive itself, likeliest first: `main` of the machine's own release. Security, updates and
 * backports suites, other vendors' repositories and CD-ROMs are not among them.
 *
 * @param {readonly AptSource[]} sources
 * @param {string} codename of the machine's release, e.g. bookworm
 * @returns {AptSource[]}
 */
export function debianArchives(sources, codename) {
	const fitting = sources.filter(
		({ uri, suites, components }) =>
			!uri.startsWith('cdrom:') &&
			components.includes('main') &&
			suites.some((suite) => suite === codename || distributionSuites.includes(suite)),
	);
	/** @param {AptSource} source */
	const likelihood = ({ uri, suites, signedBy }) =>
		(suites.includes(codename) ? 4 : 0) +
		(/\/debian(\/|$)/.test(uri) ? 2 : 0) +
		(signedBy === '' || signedBy.includes('debian-archive-keyring') ? 1 : 0);
	return fitting.toSorted((a, b) => likelihood(b) - likelihood(a));
}

/**
 * A one-line source of another suite of the same archive.
 *
 * @param {AptSource} source
 * @param {string} suite
 * @param {string} keyring path that replaces an embedded key, or ''
 */
export function sourceLine(source, suite, keyring) {
	const key = keyring || source.signedBy;
	const options = [...(key === '' ? [] : [`signed-by=${key}`]), ...(source.trusted ? ['trusted=yes'] : [])];
	return `deb ${options.length > 0 ? `[${options.join(' ')}] ` : ''}${source.uri} ${suite} main\n`;
}
