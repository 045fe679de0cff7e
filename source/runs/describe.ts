import type { EventBody, RunEvent } from './events.ts';
import { formatBytes, formatCount, formatDuration } from './units.ts';
import { endInWords, outcomeInWords, phaseInWords, restoreStateInWords, stackStateInWords } from './words.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export interface Description {
	readonly level: Level;
	/** One line, or several for a plan; not sanitized. */
	readonly text: string;
	readonly hint?: string;
}

const past: Readonly<Record<string, string>> = {
	recover: 'recovered',
	warm: 'warm copy made',
	gate: 'restic ready',
	down: 'down',
	copy: 'copied',
	up: 'up',
	settle: 'still up',
	verify: 'verified',
	retention: 'retention applied',
	prune: 'pruned',
	check: 'checked',
	sync: 'synced',
	restore: 'restored',
};

function about(event: { readonly stack?: string; readonly target?: string }): string {
	const { stack, target } = event;
	if (stack !== undefined && target !== undefined) return `${stack}: ${target}: `;
	const what = stack ?? target;
	return what === undefined ? '' : `${what}: `;
}

function withHint(level: Level, text: string, hint: string | undefined): Description {
	return hint === undefined ? { level, text } : { level, text, hint };
}

/**
 * An event in words, for text output, the log and the UI's log view.
 *
 * @returns undefined for events that only make sense as a picture (progress)
 */
export function describeEvent(event: EventBody | RunEvent): Description | undefined {
	switch (event.type) {
		case 'run-start':
			return {
				level: 'debug',
				text: `${event.command} started${event.dryRun ? ' (dry run)' : ''}, pid ${event.pid}`,
			};
		case 'plan':
			return { level: 'info', text: describePlan(event.stacks) };
		case 'stack-start':
			return {
				level: 'debug',
				text: `${event.stack}: ${stackStateInWords(event.state)}, method ${event.method}`,
			};
		case 'stack-end':
			return describeStackEnd(event);
		case 'phase-start':
			return { level: 'debug', text: `${about(event)}${phaseInWords(event.phase)} ...` };
		case 'phase-end':
			if (event.ok) {
				return {
					level: 'info',
					text: `${about(event)}${past[event.phase] ?? event.phase} in ${formatDuration(event.ms)}`,
				};
			}
			if (event.phase === 'sync')
				// Why is told by the end of the sync.
				return { level: 'debug', text: `${about(event)}sync failed after ${formatDuration(event.ms)}` };
			return withHint(
				'error',
				`${about(event)}${phaseInWords(event.phase)} failed after ${formatDuration(event.ms)}${event.problem === undefined ? '' : `: ${event.problem.message}`}`,
				event.problem?.hint,
			);
		case 'progress':
			return undefined;
		case 'downtime-start':
			return { level: 'debug', text: `${event.stack}: downtime begins` };
		case 'downtime-end':
			return event.up
				? { level: 'info', text: `${event.stack}: was off for ${formatDuration(event.ms)}` }
				: { level: 'error', text: `${event.stack}: is still DOWN after ${formatDuration(event.ms)}` };
		case 'command':
			return {
				level: event.dryRun === true ? 'info' : 'debug',
				text:
					event.dryRun === true
						? `would run: ${quoteArgv(event.argv)}`
						: `${quoteArgv(event.argv)}  rc=${event.exitCode ?? 'signal'}  ${formatDuration(event.ms)}`,
			};
		case 'snapshot':
			return {
				level: event.partial ? 'warn' : 'info',
				text: `${event.stack}: snapshot ${event.id.slice(0, 8)}, ${formatCount(event.files, 'file')}, ${formatBytes(event.bytes)}, ${formatBytes(event.addedBytes)} added${event.partial ? ', INCOMPLETE' : ''}`,
			};
		case 'coverage':
			return {
				level: event.missing === 0 ? 'debug' : 'warn',
				text: `${event.stack}: mounts: ${event.captured} captured, ${event.excluded} excluded, ${event.missing} cannot be captured`,
			};
		case 'shrink':
			return withHint(
				'error',
				`${event.stack}: snapshot ${event.snapshot.slice(0, 8)} is far smaller than the last: ${formatBytes(event.bytes)} in ${formatCount(event.files, 'file')}, before ${formatBytes(event.previousBytes)} in ${formatCount(event.previousFiles, 'file')}`,
				`look what is missing: backup-tui snapshots diff ${event.previous.slice(0, 8)} ${event.snapshot.slice(0, 8)}; if it is right: backup-tui backup ${event.stack} --accept-shrink`,
			);
		case 'not-quiesced':
			return {
				level: 'error',
				text: `${event.stack}: something ran during the copy: ${event.culprits.join(', ')}`,
			};
		case 'recovered':
			return event.ok
				? { level: 'warn', text: `${event.stack}: was left down by an interrupted run, is up again` }
				: withHint(
						'error',
						`${event.stack}: was left down and could not be brought up: ${event.problem?.message ?? ''}`,
						event.problem?.hint,
					);
		case 'lock-wait':
			return { level: 'warn', text: `waiting for ${event.owner}, at work since ${event.since}` };
		case 'attempt':
			return event.problem === undefined
				? { level: 'debug', text: `${event.remote}: attempt ${event.attempt} of ${event.of}` }
				: {
						// The last one's problem is told by the end of the sync.
						level: event.retryInMs === undefined ? 'debug' : 'warn',
						text: `${event.remote}: attempt ${event.attempt} of ${event.of} failed: ${event.problem.message}${event.retryInMs === undefined ? '' : `; again in ${formatDuration(event.retryInMs)}`}`,
					};
		case 'guard':
			return {
				// Why a sync was held back is told by its end.
				level: event.ok || event.guard !== 'alarm' ? 'debug' : 'warn',
				text: `${event.remote}: ${event.detail}`,
			};
		case 'restore-plan':
			return { level: 'info', text: event.lines.join('\n') };
		case 'restore-end':
			return withHint(
				event.ok ? 'info' : 'error',
				`${event.stack}: ${event.ok ? 'restored' : 'NOT restored'} in ${formatDuration(event.ms)}, ${formatCount(event.entries, 'entry', 'entries')}, ${formatBytes(event.bytes)}: ${restoreStateInWords(event)}${event.where === undefined ? '' : ` in ${event.where}`}`,
				event.next?.join('; '),
			);
		case 'sync-end':
			if (event.ok && event.dryRun === true)
				return { level: 'info', text: `${event.remote}: a dry run, nothing was changed` };
			return event.ok
				? {
						level: 'info',
						text: `${event.remote}: up to date, ${formatBytes(event.transferredBytes)} in ${formatCount(event.transferredFiles, 'file')} sent, compared by ${event.verified}`,
					}
				: withHint(
						'error',
						`${event.remote}: sync failed: ${event.problem?.message ?? ''}`,
						event.problem?.hint,
					);
		case 'message':
			return withHint(event.level, `${about(event)}${event.text}`, event.hint);
		case 'interrupted':
			return {
				level: 'warn',
				text: `${event.signal}: stopping; ${event.owed.length === 0 ? 'no stack is down' : `down now, coming up: ${event.owed.join(', ')}`}`,
			};
		case 'run-end':
			return {
				level: event.exitCode === 0 ? 'info' : 'error',
				text: `ended: ${endInWords(event.exitCode)}; exit code ${event.exitCode}, after ${formatDuration(event.ms)}`,
			};
	}
}

type Plan = Extract<EventBody, { type: 'plan' }>['stacks'];

function describePlan(stacks: Plan): string {
	const active = stacks.filter((stack) => stack.skipped === undefined);
	const width = Math.max(0, ...stacks.map((stack) => stack.stack.length));
	const lines = stacks.map((stack) => {
		const expected =
			stack.expectedDowntimeMs === undefined ? '' : `, about ${formatDuration(stack.expectedDowntimeMs)} off`;
		// What does not run is not stopped, and so is not off for a while.
		const how = ['stopped', 'not_found', 'unreadable'].includes(stack.state)
			? 'copied as it is'
			: `${stack.method}${expected}`;
		const what =
			stack.skipped === undefined
				? `${stackStateInWords(stack.state)}, ${how}${stack.reason === undefined ? '' : ` (${stack.reason})`}`
				: `left out: ${stack.skipped}`;
		return `  ${stack.stack.padEnd(width)}  ${what}`;
	});
	return [`plan: ${formatCount(active.length, 'stack')}`, ...lines].join('\n');
}

function describeStackEnd(event: Extract<EventBody, { type: 'stack-end' }>): Description {
	const off = event.downtimeMs === undefined ? '' : `, off ${formatDuration(event.downtimeMs)}`;
	if (event.outcome === 'ok')
		return { level: 'info', text: `${event.stack}: done in ${formatDuration(event.ms)}${off}` };
	if (event.outcome === 'skipped') return { level: 'warn', text: `${event.stack}: left out` };
	const problems = event.problems.map((problem) => problem.message).join('; ');
	return withHint(
		'error',
		`${event.stack}: ${outcomeInWords(event.outcome)}${off}: ${problems}`,
		event.problems[0]?.hint,
	);
}

/** An argument vector as a line that works when pasted into a shell. */
export function quoteArgv(argv: readonly string[]): string {
	return argv
		.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
		.join(' ');
}
