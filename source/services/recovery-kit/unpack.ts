import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeOwnPlace, ownPlace } from '../own-way.ts';
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

/** Writes a kit's files, private, and overwrites nothing. @throws restore-refused for a folder that others could lead elsewhere */
export function unpackKit(kit: Kit, directory: string | undefined): readonly Unpacked[] {
	const places = placesOf(kit, directory);
	// All of them before the first is written.
	for (const { path } of places) ownPlace(dirname(path));
	return places.map(({ path, what, text }): Unpacked => {
		const folder = makeOwnPlace(dirname(path));
		const place = join(folder, basename(path));
		const there = lstatSync(place, { throwIfNoEntry: false });
		if (there?.isFile() === true && readFileSync(place, 'utf8') === text)
			return { path, what, state: 'same' };
		const beside = there !== undefined;
		const to = beside ? `${place}.from-kit` : place;
		// Made anew: what lies there may be a link.
		rmSync(to, { force: true });
		writeFileSync(to, text, { mode: 0o600, flag: 'wx' });
		return { path: to, what, state: beside ? 'beside' : 'written' };
	});
}
