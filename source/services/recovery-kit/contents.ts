import { BackupTuiError } from '../../errors.ts';

/** A file that goes into the kit, as it lies on this host. */
export interface KitFile {
	/** Absolute path on the host the kit was made on. */
	readonly path: string;
	/** What it is, for people. */
	readonly what: string;
	readonly text: string;
}

/** What a bare machine needs. All of it secret. */
export interface Kit {
	readonly v: 1;
	/** ISO time, UTC. */
	readonly createdAt: string;
	readonly program: string;
	readonly host: string;
	readonly repository: {
		readonly location: string;
		/** 64 hexadecimal digits: proves that a repository found somewhere is the right one. */
		readonly id: string;
		readonly password: string;
	};
	/** Remotes by name and place. */
	readonly remotes: readonly { readonly name: string; readonly place: string }[];
	readonly files: readonly KitFile[];
}

/** @throws restore-failed when it is of a newer program */
export function parseKit(text: string): Kit {
	let kit: Partial<Kit>;
	try {
		kit = JSON.parse(text) as Partial<Kit>;
	} catch {
		kit = {};
	}
	const good =
		kit.v === 1 &&
		typeof kit.repository?.password === 'string' &&
		Array.isArray(kit.files) &&
		kit.files.every(
			(file) => typeof file?.path === 'string' && file.path.startsWith('/') && typeof file.text === 'string',
		);
	if (good) return kit as Kit;
	throw new BackupTuiError('restore-failed', 'the recovery kit was made by a newer program', {
		hint: 'install the newest backup-tui, then open it again',
	});
}
