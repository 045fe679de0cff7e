import type { MountCapture } from './capture.ts';
import type { Mount } from './mounts.ts';
import type { Obstacle } from './obstacle.ts';
import type { LayerFile, WritableLayer } from './read-layers.ts';

/** Paths named in one sentence; the rest is counted. */
const mostNamed = 3;
const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

function size(bytes: number): string {
	let [value, unit] = [bytes, 0];
	for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
	return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `/app/db.sqlite (12.0 KiB), /app/x and 4 more, 1.2 MiB in all`: the largest first. */
export function describeFiles(files: readonly LayerFile[]): string {
	const sorted = files.toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0));
	const named = sorted.slice(0, mostNamed).map(({ kind, path, bytes }) => {
		const what = kind === 'deleted' ? 'deleted' : bytes === undefined ? '' : size(bytes);
		return what === '' ? path : `${path} (${what})`;
	});
	const more = files.length - named.length;
	const known = files.some(({ bytes }) => bytes !== undefined);
	const total = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
	return `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}${more > 0 && known ? `, ${size(total)} in all` : ''}`;
}

/** What removing the containers would delete for good. */
export function layerLosses(layers: readonly WritableLayer[]): readonly Obstacle[] {
	return layers.map(({ container, data, own, unknown }) => {
		const files = [...data, ...own];
		const message =
			files.length > 0
				? `${container} has files outside its volumes, which \`down\` would delete: ${describeFiles(files)}`
				: `it cannot be told what ${container} has outside its volumes: ${unknown}`;
		return { kind: 'loss', message };
	});
}

const mountOf = (layer: WritableLayer): Mount => ({
	...{
		kind: 'writable-layer',
		services: [layer.service],
		name: '',
		source: layer.container,
		destination: '',
	},
	...{ driver: '', driverOptions: {}, labels: {}, external: false, readOnly: false, made: true },
});

/** The first rule that means a path in a container: itself or a folder around it. */
function ruleFor(path: string, rules: readonly string[]): string | undefined {
	return rules.find(
		(rule) => rule.startsWith('/') && (path === rule || path.startsWith(`${rule.replace(/\/+$/, '')}/`)),
	);
}

/**
 * What a backup does not hold because it lies in no mount, container by container.
 *
 * @param excluded EXCLUDE_VOLUME: paths in a container count, too
 * @param madeByCompose paths of configs and secrets that Compose writes into the container of a service
 */
export function layerCaptures(
	layers: readonly WritableLayer[],
	excluded: readonly string[],
	madeByCompose: (service: string) => readonly string[],
): readonly MountCapture[] {
	return layers.flatMap((layer): MountCapture[] => {
		const mount = mountOf(layer);
		const made = madeByCompose(layer.service);
		const data = layer.data.filter(({ path }) => !made.includes(path));
		const left = data.filter(({ path }) => ruleFor(path, excluded) === undefined);
		const rules = data.flatMap(({ path }) => ruleFor(path, excluded) ?? []);
		const rows: MountCapture[] = [];
		if (left.length > 0) {
			const reason = `outside every volume: ${describeFiles(left)}`;
			rows.push({ mount, capture: { state: 'impossible', reason } });
		} else if (layer.unknown !== undefined) {
			const reason = `it cannot be told what lies outside the volumes: ${layer.unknown}`;
			rows.push({ mount, capture: { state: 'impossible', reason } });
		}
		for (const rule of new Set(rules))
			rows.push({ mount, capture: { state: 'excluded', rule: `EXCLUDE_VOLUME ${rule}` } });
		if (layer.own.length > 0) {
			const rule = `never: system files, logs and caches: ${describeFiles(layer.own)}`;
			rows.push({ mount, capture: { state: 'excluded', rule } });
		}
		return rows;
	});
}
