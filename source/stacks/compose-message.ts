import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const mask = '***';

/** Words before a quoted name that is safe to show: a name out of the compose file, not a value. */
const named =
	/\b(?:services?|networks?|volumes?|secrets?|configs?|containers?|projects?|profiles?|images?|files?|paths?|directory|driver|plugin|properties|anchor|alias|platform|runtime|stat|open|lstat|mkdir)[: ]*$/i;

const quoted = /"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|`([^`\n]*)`/g;

/** `password=…` and the like, as the options of a volume or the query of an address have it. */
const assigned =
	/([\w.-]*(?:pass|pwd|secret|token|api_?key|access_?key|private_?key|credential|auth)[\w.-]*\s*=\s*)([^\s,;"'`&]+)/gi;

/** Messages that go on with a value that is not quoted. */
const endings: readonly RegExp[] = [
	/(unterminated quoted value) .*/gi,
	/\b(invalid (?:hostport|containerport|port|port range|ip address|proto|spec|reference format|mount config|boolean|size|duration)\b[^:'"`\n]*): .*/gi,
];

function isPlainName(text: string): boolean {
	return /^(?:\/\S*|services\[[^\]]*\]\S*|\w[\w.-]{0,62})$/.test(text);
}

/**
 * Takes values out of what Compose or the engine says. A mistyped `$` in a password makes Compose print the whole password; an
 * `.env` line that cannot be read is printed as it is. Names of services, networks, volumes and files stay.
 *
 * @param secrets values that are known
 */
export function withoutValues(text: string, secrets: readonly string[] = []): string {
	let shown = text;
	for (const secret of secrets) shown = shown.replaceAll(secret, mask);
	// The value follows, on as many lines as it has: nobody can tell where it ends.
	const cut = /invalid interpolation format for [^\s:]+?(?=[.:]?(?:\s|$))/i.exec(shown);
	if (cut !== null) shown = `${shown.slice(0, cut.index)}${cut[0]}: write $$ for a $ in a value`;
	for (const ending of endings) shown = shown.replace(ending, `$1: ${mask}`);
	return shown
		.replace(quoted, (whole, ...rest) => {
			const offset = rest.at(-2) as number;
			const inner = (rest.slice(0, 3) as (string | undefined)[]).find((one) => one !== undefined) ?? '';
			const before = shown.slice(Math.max(0, offset - 40), offset);
			const place = /^services\[[^\]]*\]/.test(inner);
			if (inner.length <= 1 || inner === mask || place || (isPlainName(inner) && named.test(before)))
				return whole;
			return `${whole.charAt(0)}${mask}${whole.charAt(0)}`;
		})
		.replace(assigned, `$1${mask}`);
}

const secretName = /pass|pwd|secret|token|key|auth|cred|dsn|salt|private|_url$/i;

/** @returns the values of a project's env files that look like secrets: whatever a message looks like, they are masked */
export function secretsOfEnvFiles(workingDir: string, envFiles: readonly string[]): readonly string[] {
	return [join(workingDir, '.env'), ...envFiles].flatMap((path) => {
		try {
			return readFileSync(path, 'utf8')
				.split('\n')
				.flatMap((line) => {
					const [, name = '', value = ''] = /^\s*(?:export\s+)?([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
					const plain = value.replace(/^(['"])(.*)\1$/, '$2');
					return secretName.test(name) && plain.length >= 4 ? [plain] : [];
				});
		} catch {
			return [];
		}
	});
}
