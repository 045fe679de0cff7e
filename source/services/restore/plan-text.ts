import { formatBytes, formatCount } from '../../runs/units.ts';
import type { PathCount } from './changes.ts';
import { textOf } from './live-tree.ts';
import type { PlannedPart, RestorePlan } from './plan.ts';

function examples(sign: string, what: string, { count, paths }: PathCount): readonly string[] {
	if (count === 0) return [];
	const more = count > paths.length ? [`      ${sign} ... and ${count - paths.length} more`] : [];
	return [`    ${what}:`, ...paths.map((path) => `      ${sign} ${path}`), ...more];
}

function partLines(part: PlannedPart, verbose: boolean): readonly string[] {
	const head = `  ${part.kind} ${part.label}${part.to === part.label || part.to === `volume ${part.label}` ? '' : ` -> ${part.to}`}`;
	const { changes, site } = part;
	if (changes === undefined) {
		return [`${head}: ${site.exists ? 'written over as a whole' : 'new'}`];
	}
	const counts = [
		formatCount(changes.entries, 'entry', 'entries'),
		formatBytes(changes.bytes),
		...(site.exists
			? [
					`${changes.created.count} new`,
					`${changes.changed.count} changed`,
					...(changes.newer.count > 0 ? [`${changes.newer.count} of them NEWER than the snapshot`] : []),
					...(changes.deleted.count > 0 ? [`${changes.deleted.count} DELETED`] : []),
				]
			: ['all new']),
	];
	const changed = {
		count: changes.changed.count,
		paths: changes.changed.paths.filter((path) => !changes.newer.paths.includes(path)),
	};
	return [
		`${head}: ${counts.join(', ')}`,
		...examples('!', 'newer than the snapshot, will be lost', changes.newer),
		...examples('-', 'deleted', changes.deleted),
		...examples('-', 'folders replaced with everything in them', {
			count: changes.inTheWay.length,
			paths: changes.inTheWay.slice(0, 10).map(textOf),
		}),
		...examples('l', 'links by now, replaced; what they lead to is left alone', changes.links),
		...examples('=', 'not in the snapshot, but kept', changes.kept),
		...(verbose && changed.paths.length > 0
			? examples('~', 'changed', { ...changed, count: changed.paths.length })
			: []),
		...(verbose && site.exists ? examples('+', 'new', changes.created) : []),
		...(part.leave.length > 0
			? examples('=', 'cannot be changed and need not be: left alone', {
					count: part.leave.length,
					paths: part.leave.slice(0, 10),
				})
			: []),
		...examples('s', 'programs that run with the rights of another user', changes.setuid),
		...examples('d', 'device nodes', changes.devices),
	];
}

/** A plan as lines of text, not sanitized: what goes where, what changes, what to know. */
export function planLines(plan: RestorePlan, verbose: boolean): readonly string[] {
	const time = new Date(plan.snapshot.time).toISOString().replace('T', ' ').slice(0, 19);
	const how = { 'in-place': 'in place', target: 'into a directory', as: 'as a second stack' }[plan.mode];
	return [
		`restore ${plan.stack} ${how} from snapshot ${plan.snapshot.id.slice(0, 8)} of ${time} UTC`,
		...plan.parts.flatMap((part) => partLines(part, verbose)),
		...(plan.outside.length === 0
			? []
			: [
					`  places that are not known to be of ${plan.stack}:`,
					...plan.outside.map((one) => `    > ${one}`),
				]),
		...plan.notes.map((note) => `  note: ${note}`),
	];
}
