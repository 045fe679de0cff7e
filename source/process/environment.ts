/** Where tools are looked up and what children get as PATH: never the caller's own, which root must not trust. */
export const fixedPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

// What any tool may need from the outside; everything else (RESTIC_*, RCLONE_*, LD_*, NODE_* ...) is left behind.
const commonVariables = [
	'HOME',
	'USER',
	'LOGNAME',
	'TMPDIR',
	'TZ',
	'SSL_CERT_FILE',
	'SSL_CERT_DIR',
	'HTTP_PROXY',
	'HTTPS_PROXY',
	'NO_PROXY',
	'http_proxy',
	'https_proxy',
	'no_proxy',
	'SSH_AUTH_SOCK',
	'XDG_CONFIG_HOME',
	'XDG_CACHE_HOME',
	'XDG_RUNTIME_DIR',
];

/**
 * The environment of a child: a fixed PATH and locale, the common variables, and what `allow` names.
 *
 * @param base usually process.env
 * @param allow names, or prefixes that end with `*` (`AWS_*`)
 * @param extra set on top
 */
export function childEnvironment(
	base: Readonly<Record<string, string | undefined>>,
	allow: readonly string[] = [],
	extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
	const names = new Set([...commonVariables, ...allow.filter((name) => !name.endsWith('*'))]);
	const prefixes = allow.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
	const result: Record<string, string> = { PATH: fixedPath, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
	for (const [name, value] of Object.entries(base)) {
		if (value === undefined) continue;
		if (names.has(name) || prefixes.some((prefix) => name.startsWith(prefix))) result[name] = value;
	}
	return { ...result, ...extra };
}
