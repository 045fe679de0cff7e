import { formatBytes } from '../../../runs/units.ts';
import type { SnapshotEntry } from '../../ports.ts';
import type { TreeNode } from '../../store/state.ts';
import { cellWidth } from '../../text/cells.ts';
import { columns, type Line, line, span, spread } from '../../text/line.ts';
import { clockTime, dateText, formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';

/** @returns one snapshot as a row */
export function snapshotLine(
	one: SnapshotEntry,
	options: {
		readonly selected: boolean;
		readonly marked: boolean;
		readonly names: number;
		readonly now: number;
		/** Only what tells it from the others. */
		readonly narrow: boolean;
	},
	theme: Theme,
): Line {
	const marks = [
		span(options.selected ? `${theme.symbols.pointer}` : ' ', 'accent'),
		span(options.marked ? '*' : ' ', 'warning'),
	];
	const name = one.stack === '' ? `(${one.tags.join(',') || 'no tags'})` : one.stack;
	if (options.narrow) return line(...marks, `${one.shortId} ${formatWhen(one.time, options.now)} ${name}`);
	const size = one.bytes === undefined ? '' : formatBytes(one.bytes);
	const added = one.addedBytes === undefined ? '' : `+${formatBytes(one.addedBytes)}`;
	return line(
		...marks,
		...columns(
			[
				{ text: one.shortId, width: 8 },
				{ text: formatWhen(one.time, options.now), width: 14 },
				{ text: name, width: options.names },
				{ text: size, width: 9, right: true },
				{ text: added, width: 10, right: true, tone: 'muted' },
				{ text: ` ${one.host}`, width: 12, tone: 'muted' },
			],
			theme.symbols.ellipsis,
		),
	);
}

/** @returns cells for the stacks' names */
export function stackNames(rows: readonly SnapshotEntry[], width: number): number {
	let widest = 8;
	for (const row of rows.slice(0, 300)) widest = Math.max(widest, cellWidth(row.stack));
	return Math.max(8, Math.min(widest, width - 60 < 12 ? 16 : width - 60));
}

/** @returns one file or folder of the tree */
export function treeLine(
	node: TreeNode,
	options: {
		readonly selected: boolean;
		readonly marked: boolean;
		readonly width: number;
		/** Of a folder, once it was added up. */
		readonly bytes: number | undefined;
		/** It is being added up. */
		readonly sizing: boolean;
	},
	theme: Theme,
): Line {
	const { entry, depth } = node;
	const { symbols } = theme;
	const fold = entry.directory ? (node.open ? symbols.open : symbols.closed) : ' ';
	const when =
		Number.isNaN(entry.modified) || entry.modified <= 0
			? ''
			: `${dateText(entry.modified)} ${clockTime(entry.modified)}`;
	const bytes = entry.directory ? options.bytes : entry.bytes;
	const size = bytes !== undefined ? formatBytes(bytes) : options.sizing ? symbols.ellipsis : '';
	const name = `${entry.name}${entry.directory && entry.name !== '/' ? '/' : ''}${entry.link ? ' ->' : ''}`;
	return spread(
		line(
			span(options.selected ? symbols.pointer : ' ', 'accent'),
			span(options.marked ? '*' : ' ', 'warning'),
			`${'  '.repeat(depth)}${fold} `,
			span(name, options.marked ? 'warning' : 'plain'),
			node.loading ? span(' …', 'muted') : '',
		),
		line(span(options.width >= 60 ? ` ${when}` : '', 'muted'), ` ${size.padStart(9)}`),
		options.width,
		symbols.ellipsis,
	);
}
