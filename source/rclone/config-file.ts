import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface RcloneConfigFile {
	/** undefined when there is none. */
	readonly path?: string;
	readonly encrypted: boolean;
	/** Others can read credentials in it. */
	readonly warning?: { readonly message: string; readonly hint: string };
}

/** Where rclone looks for its config, in order (rclone docs, "--config"). */
function candidates(configured: string, environment: Readonly<Record<string, string | undefined>>): string[] {
	if (configured !== '') return [configured];
	const { XDG_CONFIG_HOME: xdg, HOME: home } = environment;
	return [
		...(xdg === undefined ? [] : [join(xdg, 'rclone/rclone.conf')]),
		...(home === undefined ? [] : [join(home, '.config/rclone/rclone.conf'), join(home, '.rclone.conf')]),
	];
}

function firstBytes(path: string): string {
	const buffer = Buffer.alloc(256);
	const descriptor = openSync(path, 'r');
	try {
		return buffer.toString('utf8', 0, readSync(descriptor, buffer));
	} finally {
		closeSync(descriptor);
	}
}

/**
 * Looks at rclone's config file. "Obscured" passwords in it are reversible, so it must be private or encrypted.
 *
 * @param configured its path from our config, or empty
 */
export function inspectRcloneConfig(
	configured: string,
	environment: Readonly<Record<string, string | undefined>>,
): RcloneConfigFile {
	for (const path of candidates(configured, environment)) {
		const stat = statSync(path, { throwIfNoEntry: false });
		if (stat === undefined) continue;
		let encrypted = false;
		try {
			encrypted = firstBytes(path).includes('RCLONE_ENCRYPT_V');
		} catch {
			return { path, encrypted };
		}
		if (encrypted || (stat.mode & 0o077) === 0) return { path, encrypted };
		const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
		const message = `${path} has mode ${mode}: others can read the credentials in it`;
		return { path, encrypted, warning: { message, hint: `chmod 600 ${path}` } };
	}
	return { encrypted: false };
}
