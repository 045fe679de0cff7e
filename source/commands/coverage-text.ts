import { sanitizeLine } from '../process/sanitize.ts';
import type { StackCoverage } from '../services/coverage.ts';
import type { Capture, MountCapture } from '../stacks/capture.ts';
import { alignColumns } from './columns.ts';
import type { Output } from './context.ts';

/** Words for what becomes of a mount. */
function outcome(capture: Capture): string {
	switch (capture.state) {
		case 'captured':
			return capture.how === 'hold'
				? 'captured, held by a helper'
				: capture.how === 'stream'
					? 'captured, as a stream'
					: 'captured';
		case 'excluded':
			return `excluded: ${capture.rule}`;
		case 'absent':
			return `nothing yet: ${capture.reason}`;
		case 'impossible':
			return `NOT captured: ${capture.reason}`;
	}
}

function mark(capture: Capture, output: Output): string {
	const { marks } = output;
	if (capture.state === 'captured') return marks.ok;
	return capture.state === 'impossible' ? marks.failed : marks.off;
}

/** `driver_opts` can point anywhere, so they are shown. */
function whatItIs({ mount }: MountCapture): string {
	const options = Object.entries(mount.driverOptions).map(([key, value]) => `${key}=${value}`);
	const told = options.length === 0 ? '' : ` (${mount.driver}: ${options.join(', ')})`;
	return `${mount.name === '' ? mount.source : mount.name}${mount.external ? ' (external)' : ''}${told}`;
}

/** The coverage as text: a table for each stack, then its counts. */
export function showCoverage(coverage: readonly StackCoverage[], output: Output): void {
	for (const [index, one] of coverage.entries()) {
		if (index > 0) output.line();
		output.line(output.style('bold', sanitizeLine(one.stack.name)));
		const rows = one.mounts.map((row) =>
			[
				`  ${mark(row.capture, output)}`,
				row.mount.kind,
				whatItIs(row),
				row.mount.services.join(',') || output.marks.dash,
				outcome(row.capture),
			].map(sanitizeLine),
		);
		for (const line of alignColumns(rows, output.width, output.marks.ellipsis)) output.line(line);
		output.line(sanitizeLine(`  ${one.captured} captured, ${one.excluded} excluded, ${one.missing} missing`));
		for (const problem of one.problems) output.warn(sanitizeLine(`${one.stack.name}: ${problem}`));
	}
}

/** The coverage as one JSON document; fields are only ever added. */
export function coverageDocument(coverage: readonly StackCoverage[]): unknown {
	return {
		stacks: coverage.map(({ stack, mounts, captured, excluded, missing, problems }) => ({
			stack: stack.name,
			key: stack.key,
			directory: stack.directory,
			captured,
			excluded,
			missing,
			problems,
			mounts: mounts.map(({ mount, capture }) => ({ ...mount, ...capture })),
		})),
		captured: coverage.reduce((sum, one) => sum + one.captured, 0),
		excluded: coverage.reduce((sum, one) => sum + one.excluded, 0),
		missing: coverage.reduce((sum, one) => sum + one.missing, 0),
	};
}
