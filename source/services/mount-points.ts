import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Where systemd keeps mount units: those of people, those made from /etc/fstab, those of packages. */
const unitDirectories = ['/etc/systemd/system', '/run/systemd/system', '/run/systemd/generator'];

export interface MountTables {
	/** Text of /etc/fstab. */
	readonly fstab: string;
	/** Text of /proc/self/mountinfo. */
	readonly mountInfo: string;
	/** Texts of systemd's .mount and .automount units. */
	readonly units: readonly string[];
}

function read(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

function units(directory: string): readonly string[] {
	try {
		return readdirSync(directory)
			.filter((name) => /\.(mount|automount)$/.test(name))
			.map((name) => read(join(directory, name)));
	} catch {
		return [];
	}
}

/** What this machine mounts, and what it should. */
export function readMountTables(): MountTables {
	return {
		fstab: read('/etc/fstab'),
		mountInfo: read('/proc/self/mountinfo'),
		units: unitDirectories.flatMap(units),
	};
}

/** Spaces and the like are octal in both tables (fstab(5), proc(5)). */
function plain(path: string): string {
	return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
		String.fromCharCode(Number.parseInt(digits, 8)),
	);
}

/** Where something is mounted now. What only waits to be mounted (autofs) is not. */
function mounted(mountInfo: string): readonly string[] {
	return mountInfo.split('\n').flatMap((line) => {
		const fields = line.split(' ');
		const type = fields[fields.indexOf('-') + 1];
		return fields.length < 7 || type === 'autofs' ? [] : [plain(fields[4] ?? '')];
	});
}

/** Where something should be mounted. */
function expected({ fstab, units: texts }: MountTables): readonly string[] {
	const inFstab = fstab.split('\n').flatMap((line) => {
		const [device = '', path = ''] = line.trim().split(/\s+/);
		return device.startsWith('#') || !path.startsWith('/') ? [] : [plain(path)];
	});
	const inUnits = texts.flatMap((text) => /^Where=(\/.*)$/m.exec(text)?.[1]?.trim() ?? []);
	return [...inFstab, ...inUnits];
}

/** @returns the path with the links of what is there of it resolved */
export function resolveLinks(path: string): string {
	const absolute = resolve(path);
	if (existsSync(absolute)) return realpathSync(absolute);
	const parent = dirname(absolute);
	return parent === absolute ? absolute : join(resolveLinks(parent), basename(absolute));
}

const holds = (point: string, path: string) =>
	point === '/' || path === point || path.startsWith(`${point}/`);

/** @returns the mount point that should be mounted and is not, of those the path lies below */
export function unmountedAbove(path: string, tables = readMountTables()): string | undefined {
	const real = resolveLinks(path);
	const now = new Set(mounted(tables.mountInfo));
	return expected(tables)
		.filter((point) => point !== '/')
		.map((point) => (point.length > 1 ? point.replace(/\/+$/, '') : point))
		.find((point) => {
			const at = resolveLinks(point);
			return (holds(at, real) || holds(point, path)) && !now.has(at) && !now.has(point);
		});
}

/** @returns where the file system is mounted that the path lies on */
export function mountPointOf(path: string, tables = readMountTables()): string {
	const real = resolveLinks(path);
	return mounted(tables.mountInfo)
		.filter((point) => holds(point, real))
		.reduce((longest, point) => (point.length > longest.length ? point : longest), '/');
}
