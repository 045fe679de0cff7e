import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Kit } from './contents.ts';

/** What is done with one file of the kit. */
export interface Unpacked {
	readonly path: string;
	readonly what: string;
	/** `beside`: something else is there, so it lies beside it under another name. */
	readonly state: 'written' | 'same' | 'beside';
}

interface Placed {
	readonly path: string;
	readonly what: string;
	readonly text: string;
}

/**
 * @param directory where all files go, under their own names; each to where it was without it
 * @returns files of the kit and their places, the password in a file of its own where no file of the kit has it
 */
export function placesOf(kit: Kit, directory: string | undefined): readonly Placed[] {
	const { password: secret } = kit.repository;
	const has = kit.files.some(
		(file, index) => file.text.trimEnd() === secret || (index === 0 && file.text.includes(secret)),
	);
	const config = kit.files[0]?.path ?? '/etc/backup-tui/config.ini';
	const password = {
		path: join(dirname(config), 'password.from-kit'),
		what: 'the password (PASSWORD_FILE)',
		text: `${kit.repository.password}\n`,
	};
	const files = has ? kit.files : [...kit.files, password];
	return files.map((file) => ({
		...file,
		path: directory === undefined ? file.path : join(directory, basename(file.path)),
	}));
}

/** Writes a kit's files, private, and overwrites nothing. */
export function unpackKit(kit: Kit, directory: string | undefined): readonly Unpacked[] {
	return placesOf(kit, directory).map(({ path, what, text }): Unpacked => {
		if (existsSync(path) && readFileSync(path, 'utf8') === text) return { path, what, state: 'same' };
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		const beside = existsSync(path);
		const to = beside ? `${path}.from-kit` : path;
		writeFileSync(to, text, { mode: 0o600, flag: beside ? 'w' : 'wx' });
		return { path: to, what, state: beside ? 'beside' : 'written' };
	});
}
