import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { RemoteValues } from './definitions.ts';

/** Where a remote's files lie in the end. */
export type InnermostPlace =
	/** A path of this machine; relative ones depend on the directory rclone is started in. */
	| { readonly kind: 'local'; readonly path: string; readonly via: readonly string[] }
	| {
			readonly kind: 'backend';
			readonly type: string;
			/** `name:path` */
			readonly location: string;
			readonly path: string;
			/** Tells whether host, account or the like have changed; no secret can be read from it. */
			readonly mark: string;
			readonly via: readonly string[];
	  }
	| { readonly kind: 'unknown'; readonly name: string; readonly via: readonly string[] }
	/** A remote that is built on itself. */
	| { readonly kind: 'loop'; readonly name: string; readonly via: readonly string[] };

/** Backends whose root is the list of buckets: no file can lie there. */
const bucketTypes = [
	's3',
	'b2',
	'gcs',
	'google cloud storage',
	'azureblob',
	'swift',
	'oos',
	'qingstor',
	'storj',
];

export function isListOfBuckets(place: InnermostPlace): boolean {
	return (
		place.kind === 'backend' &&
		bucketTypes.includes(place.type) &&
		place.path.replaceAll('/', '').trim() === ''
	);
}

interface Parsed {
	/** undefined = a path of this machine. */
	readonly name: string | undefined;
	/** Given in the name itself: `name,key=value:` or `:type,key=value:`. */
	readonly values: RemoteValues;
	readonly path: string;
}

/** Reads a location as rclone does: `name:path`, `:type,key=value:path`, or a local path (rclone docs, "Syntax of remote paths"). */
function parseLocation(location: string): Parsed {
	const local: Parsed = { name: undefined, values: {}, path: location };
	const head = /^(:?[^/:,]+)((?:,[^:=,]+(?:=(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^:,]*))?)*):(.*)$/s.exec(
		location,
	);
	if (head === null) return local;
	const [, name = '', parameters = '', path = ''] = head;
	const values = Object.fromEntries(
		[...parameters.matchAll(/,([^:=,]+)(?:=("(?:[^"]|"")*"|'(?:[^']|'')*'|[^:,]*))?/g)].map(
			([, key = '', value = 'true']) => [key.trim(), unquote(value)],
		),
	);
	return { name, values, path };
}

function unquote(value: string): string {
	const quote = value[0];
	if ((quote !== '"' && quote !== "'") || !value.endsWith(quote) || value.length < 2) return value;
	return value.slice(1, -1).replaceAll(quote + quote, quote);
}

/** Words separated by blanks, with quotes around what holds one. */
function words(text: string): string[] {
	return [...text.matchAll(/"((?:[^"]|"")*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** What a remote is built on, `undefined` for one that is not built on another. */
function targetsOf(type: string, values: RemoteValues, path: string): readonly string[] | undefined {
	if (values.upstreams !== undefined) {
		return words(values.upstreams).map((word) =>
			type === 'combine' ? word.slice(word.indexOf('=') + 1) : word.replace(/:(ro|nc|writeback|rw)$/, ''),
		);
	}
	if (values.remote === undefined) return undefined;
	return [type === 'alias' ? join(values.remote.trim(), path) : values.remote.trim()];
}

function join(location: string, path: string): string {
	if (path === '' || path === '/') return location;
	if (location.endsWith(':')) return `${location}${path.replace(/^\//, '')}`;
	return `${location.replace(/\/+$/, '')}/${path.replace(/^\//, '')}`;
}

const identifying = [
	'host',
	'port',
	'url',
	'endpoint',
	'region',
	'provider',
	'user',
	'account',
	'drive_id',
	'team_drive',
];

function mark(type: string, values: RemoteValues): string {
	const facts = identifying.map((key) => values[key] ?? '');
	return createHash('sha256')
		.update(JSON.stringify([type, ...facts, values.root_folder_id ?? '']))
		.digest('hex')
		.slice(0, 16);
}

/**
 * Follows a location through crypt, alias, union, chunker, combine ... to where its files lie.
 *
 * @param valuesOf what defines a remote, undefined when nothing does
 */
export function innermostPlaces(
	location: string,
	valuesOf: (name: string) => RemoteValues | undefined,
	via: readonly string[] = [],
): readonly InnermostPlace[] {
	const { name, values: given, path } = parseLocation(location);
	if (name === undefined) return [{ kind: 'local', path: location, via }];
	if (via.includes(name)) return [{ kind: 'loop', name, via }];
	const onTheFly = name.startsWith(':');
	const defined = onTheFly ? { type: name.slice(1) } : valuesOf(name);
	if (defined === undefined) return [{ kind: 'unknown', name, via }];
	const values = { ...defined, ...given };
	const type = (values.type ?? '').trim();
	if (type === 'local') return [{ kind: 'local', path, via: [...via, name] }];
	const targets = targetsOf(type, values, path);
	if (targets !== undefined)
		return targets.flatMap((target) => innermostPlaces(target, valuesOf, [...via, name]));
	return [{ kind: 'backend', type, location: `${name}:${path}`, path, mark: mark(type, values), via }];
}

/** @returns the place for people: `crypt: → nas:dir`, `/mnt/disk` */
export function describePlace(place: InnermostPlace): string {
	const end =
		place.kind === 'local' ? place.path : place.kind === 'backend' ? place.location : `${place.name}:`;
	return [...place.via.map((name) => `${name}:`), end].join(' → ');
}

export function isAbsolute(path: string): boolean {
	return posix.isAbsolute(path);
}
