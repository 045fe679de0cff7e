import type { Key } from './schema/key.ts';

/** What may be written for a key, in one sentence, for the template and the reference. */
export function valueNote(key: Key): string {
	switch (key.type) {
		case 'boolean':
			return 'True or false.';
		case 'enum':
			return `One of ${key.values.join(', ')}.`;
		case 'integer':
			return `${key.min} to ${key.max} ${key.unit}.`;
		case 'duration':
			return `Seconds, or with a unit: 90s, 5m, 4h, 2d (${key.min} to ${key.max} seconds).`;
		case 'size':
			return `MiB, or with a unit: 500M, 2G (${key.min} to ${key.max} MiB).`;
		case 'list':
			return 'Separated by commas; quotes around what contains one.';
		case 'words':
			return 'Separated by blanks; quotes around what contains one.';
		case 'path':
			return 'A path, absolute, with ~/ or relative to this file.';
		default:
			return '';
	}
}
