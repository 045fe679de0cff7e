import { BackupTuiError } from '../../errors.ts';
import { fieldsOf, listOf, plainPath, text, wrongDocument } from '../restore/shape.ts';

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

const shape = fieldsOf({
	createdAt: text,
	program: text,
	host: text,
	repository: fieldsOf({ location: text, id: text, password: text }),
	remotes: listOf(fieldsOf({ name: text, place: text })),
	files: listOf(fieldsOf({ path: plainPath, what: text, text })),
});

/** @throws restore-failed when it is of a newer program */
export function parseKit(json: string): Kit {
	let kit: Partial<Kit> | null;
	try {
		kit = JSON.parse(json) as Partial<Kit> | null;
	} catch {
		kit = null;
	}
	const good = kit?.v === 1 && wrongDocument(kit) === undefined && shape(kit, 'kit') === undefined;
	if (good) return kit as Kit;
	throw new BackupTuiError('restore-failed', 'the recovery kit was made by a newer program', {
		hint: 'install the newest backup-tui, then open it again',
	});
}
