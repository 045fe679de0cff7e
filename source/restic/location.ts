/** Where a repository lies. `display` has no credentials; `secret` is the password inside the address, if there is one. */
export type RepositoryLocation = {
	readonly text: string;
	readonly display: string;
	readonly secret?: string;
} & (
	| { readonly kind: 'local'; readonly path: string }
	| { readonly kind: 'remote'; readonly scheme: string }
);

const schemes = ['sftp', 'rest', 's3', 'swift', 'b2', 'azure', 'gs', 'rclone'];
const userInfo = /^([^/]*\/\/)([^/@]*)@/;

/**
 * Reads a repository's address as restic does: a known scheme and a colon, else a path (`local:PATH` is one too).
 * Source: https://restic.readthedocs.io/en/stable/030_preparing_a_new_repo.html
 */
export function parseLocation(text: string): RepositoryLocation {
	const scheme = schemes.find((name) => text.startsWith(`${name}:`));
	if (scheme === undefined) {
		const path = text.startsWith('local:') ? text.slice('local:'.length) : text;
		return { kind: 'local', text, path, display: path };
	}
	const user = userInfo.exec(text);
	const [name, password] = (user?.[2] ?? '').split(/:(.*)/s);
	if (user === null || password === undefined || password === '')
		return { kind: 'remote', scheme, text, display: text };
	const display = text.replace(userInfo, `$1${name}:***@`);
	return { kind: 'remote', scheme, text, display, secret: password };
}
