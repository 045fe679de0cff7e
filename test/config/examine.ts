import { type Examined, examineConfig } from '../../source/config/examine.ts';

interface Options {
	readonly env?: Readonly<Record<string, string>>;
	readonly flags?: Readonly<Record<string, string>>;
	readonly configFile?: string;
	readonly uid?: number;
	readonly credential?: string;
	readonly existing?: readonly string[];
}

/** Reads a configuration text as root on a machine named `nas`, with nothing on disk but what is `existing`. */
export function examine(text: string, options: Options = {}): Examined {
	const { env = {}, flags = {}, configFile = '/etc/backup-tui/config.ini', uid = 0, existing = [] } = options;
	return examineConfig({
		configFile,
		text,
		flags,
		around: {
			env,
			uid,
			home: uid === 0 ? '/root' : '/home/user',
			executable: '/usr/bin/backup-tui',
			cwd: '/',
		},
		hostname: 'nas',
		credential: options.credential ?? '',
		exists: (path) => existing.includes(path),
	});
}

/** The least a configuration needs. */
export const minimal =
	'[docker]\nSTACKS_DIR=/opt/stacks\n[local_backup]\nREPOSITORY=/mnt/repo\nPASSWORD=secret\n';

/** Messages as a person sees them, errors only. */
export function errorsOf(examined: Examined): readonly string[] {
	return examined.problems
		.filter((problem) => problem.severity === 'error')
		.map(({ line, key, message }) => [line, key, message].filter((part) => part !== undefined).join(' '));
}
