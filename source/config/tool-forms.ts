import { nearest } from '../nearest.ts';
import { type PathBase, resolvePath } from './resolve-path.ts';

type Parsed = { readonly value: string } | { readonly problem: string; readonly hint?: string | undefined };

// https://restic.readthedocs.io/en/stable/030_preparing_a_new_repo.html
const backends = ['azure', 'b2', 'gs', 'local', 'rclone', 'rest', 's3', 'sftp', 'swift'];

/** restic's repository: a known backend, or an absolute directory; restic would take a relative one from wherever it is started. */
export function parseRepository(text: string, base: PathBase): Parsed {
	const local = text.startsWith('local:') ? text.slice('local:'.length) : text;
	const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(local)?.[1];
	if (scheme === undefined) return parseDirectory(local, base);
	if (backends.includes(scheme)) return { value: text };
	const meant = nearest(scheme, backends);
	return {
		problem: `${scheme}: is not a kind of repository that restic knows (${backends.join(', ')})`,
		hint: meant === undefined ? 'for a directory write its absolute path' : `did you mean ${meant}:?`,
	};
}

function parseDirectory(text: string, base: PathBase): Parsed {
	const path = resolvePath(text, base);
	if ('problem' in path || /^($|[/~])/.test(text)) return path;
	return {
		problem: `must be an absolute path, not ${text}: a relative one depends on where it is read from`,
		hint: `for a directory beside the configuration file: ${path.value}`,
	};
}

/** The name of an rclone remote without its colon, or an absolute directory. https://rclone.org/docs/#valid-remote-names */
export function parseRemote(text: string): Parsed {
	if (text === '' || text.startsWith('/'))
		return { value: text.length > 1 ? text.replace(/\/+$/, '') : text };
	const colon = text.indexOf(':');
	if (colon !== -1 && colon < text.length - 1) {
		return {
			problem: 'takes only the name of the remote',
			hint: 'what stands after the colon goes into RCLONE_PATH',
		};
	}
	const name = text.replace(/:$/, '');
	if (/^[\p{L}\p{N}_.+@][\p{L}\p{N}_.+@ -]*$/u.test(name) && !name.endsWith(' ')) return { value: name };
	return { problem: `is neither the name of an rclone remote nor an absolute directory: ${text}` };
}

const rate = String.raw`(?:off|\d+(?:\.\d+)?(?:[BKMGTP]i?B?)?)`;
const rates = `${rate}(?::${rate})?`;
const day = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*-)?';
const bandwidth = new RegExp(
	`^(?:${rates}|${day}\\d{1,2}:\\d{2},${rates}(?:\\s+${day}\\d{1,2}:\\d{2},${rates})*)$`,
	'i',
);

/** A rate or timetable of rclone's --bwlimit; `0` and `off` become empty. https://rclone.org/docs/#bwlimit-bandwidth-spec */
export function parseRate(text: string): Parsed {
	if (text === '' || text === '0' || text.toLowerCase() === 'off') return { value: '' };
	if (bandwidth.test(text)) return { value: text };
	return {
		problem: `is not a bandwidth for rclone: ${text}`,
		hint: 'for example 4M, 512K:1M (up:down), or a timetable "08:00,1M 23:00,off"',
	};
}

/** A count, or a share with a percent sign. */
export function parseShare(text: string): Parsed {
	const share = /^(\d{1,9})(%?)$/.exec(text);
	if (share !== null && (share[2] === '' || Number(share[1]) <= 100)) return { value: text };
	return { problem: `must be a count or a share such as 10%, not ${text === '' ? 'empty' : text}` };
}
