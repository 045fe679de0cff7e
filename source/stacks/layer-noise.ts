/**
 * What a path in a container's writable layer is, by its place.
 * `noise`: made anew whenever the container starts, nobody misses it.
 * `own`: system files, logs and caches that an image's programs rewrite. `down` must not delete it unasked, since people edit
 * such files, too; a backup without it is whole all the same.
 * `data`: anything else. It belongs in a volume.
 */
export type LayerPart = 'noise' | 'own' | 'data';

const noiseFolders = [
	...['/tmp', '/var/tmp', '/run', '/var/run', '/dev', '/proc', '/sys', '/var/lock', '/var/cache'],
	...['/root/.cache', '/var/lib/apt/lists'],
];
/** The engine (Docker, Podman) makes these itself. */
const noiseFiles = [
	...['/.dockerenv', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/etc/mtab'],
	// The place of the init process of `init: true`.
	'/sbin/docker-init',
];
const noiseNames = /(\/(__pycache__|\.cache)(\/|$)|\.(pid|pyc|sock|swp)$)/;

const ownFolders = [
	...['/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/boot'],
	...['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/libexec', '/usr/include'],
	...['/usr/local/bin', '/usr/local/sbin', '/usr/local/lib', '/usr/local/etc'],
	...['/var/log', '/var/spool', '/var/mail', '/var/backups'],
	...['apt', 'dpkg', 'apk', 'rpm', 'dnf', 'pacman'].map((name) => `/var/lib/${name}`),
];
/** By their names caches and logs, wherever they lie; what shells and clients note of their use. */
const ownNames =
	/(\/(cache|caches|log|logs|_logs|tmp|temp|\.npm|\.mongodb)\/|\.log(\.\w+)*$|\/\.\w+_history$|\/\.(lesshst|viminfo|wget-hsts)$)/i;

const within = (path: string, folders: readonly string[]) =>
	folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** @param path absolute, in the container */
export function layerPart(path: string): LayerPart {
	if (within(path, noiseFolders) || noiseFiles.includes(path) || noiseNames.test(path)) return 'noise';
	return within(path, ownFolders) || ownNames.test(path) ? 'own' : 'data';
}
