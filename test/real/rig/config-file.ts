import type { Host } from './host.ts';
import { tools } from './tools.ts';

/** Sections of an INI file: section -> key -> value. An `undefined` value takes the key out. */
export type Sections = Readonly<
	Record<string, Readonly<Record<string, string | number | boolean | undefined>>>
>;

/**
 * The config every host starts from: all directories inside the host, the tools under test by absolute path,
 * short waits. Everything else has the product's own default.
 */
export function defaultSections(host: Host): Sections {
	return {
		docker: { STACKS_DIR: host.stacksDir, TIMEOUT: 5, SETTLE_SECONDS: 1 },
		local_backup: { REPOSITORY: host.repository, PASSWORD_FILE: host.passwordFile, HOSTNAME: host.name },
		paths: {
			STATE_DIR: host.stateDir,
			LOG_DIR: host.logDir,
			RUN_DIR: host.runDir,
			CACHE_DIR: host.cacheDir,
		},
		tools: { DOCKER: tools.docker, RESTIC: tools.restic, RCLONE: tools.rclone },
	};
}

/** INI text of `base` with `changes` laid over it, key by key. Values are double-quoted when they need it. */
export function writeIni(base: Sections, changes: Sections): string {
	const names = [...new Set([...Object.keys(base), ...Object.keys(changes)])];
	return names
		.map((name) => {
			const keys = Object.entries({ ...base[name], ...changes[name] });
			const lines = keys
				.filter(([, value]) => value !== undefined)
				.map(([key, value]) => `${key} = ${quoted(value)}`);
			return `[${name}]\n${lines.join('\n')}\n`;
		})
		.join('\n');
}

function quoted(value: unknown): string {
	const text = String(value);
	return /^[\w./:@%+,-]*$/.test(text) ? text : JSON.stringify(text);
}
