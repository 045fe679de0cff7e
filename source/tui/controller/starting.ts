import { formatDuration } from '../../runs/units.ts';
import { typicalDowntime } from '../selectors/history.ts';
import { runningRuns } from '../selectors/runs.ts';
import { type StackRow, stackRows } from '../selectors/stacks.ts';
import { textInput } from '../widgets/text-input.ts';
import type { Controller } from './controller.ts';

/** Asks before a run is started; `lines` say what will happen. */
export function askToStart(
	controller: Controller,
	options: {
		readonly title: string;
		readonly lines: readonly string[];
		readonly args: readonly string[];
		readonly says: string;
		readonly typeName?: string;
	},
): void {
	const { runs } = controller.services;
	if (runs === undefined) return;
	const busy = runningRuns(controller.state()).map(
		(run) => `${run.command} is running; it may have to wait.`,
	);
	controller.open({
		kind: 'confirm',
		title: options.title,
		lines: [...options.lines, ...busy],
		command: runs.commandLine(options.args),
		intent: { kind: 'start', args: options.args, says: options.says },
		input: textInput(),
		...(options.typeName === undefined ? {} : { typeName: options.typeName }),
	});
}

function downtimeText(rows: readonly StackRow[]): string {
	const known = rows.flatMap((row) => {
		const ms = typicalDowntime(row.history);
		return ms === undefined ? [] : [ms];
	});
	if (known.length === 0) return 'Running stacks are off while they are copied, and come up again.';
	const total = known.reduce((sum, ms) => sum + ms, 0);
	return `Each is off while it is copied: about ${formatDuration(total)} in all, as the last times.`;
}

/** Asks to back up one stack, or without one all that are on. */
export function askToBackUp(controller: Controller, row?: StackRow): void {
	if (row !== undefined) {
		askToStart(controller, {
			title: `Back up ${row.entry.name}?`,
			lines: [downtimeText([row])],
			args: ['backup', row.entry.name],
			says: `Backup of ${row.entry.name} started`,
		});
		return;
	}
	const on = stackRows(controller.state(), '', 'name').filter((one) => one.entry.enabled);
	if (on.length === 0) {
		controller.say('No stack is on: turn some on first (2, Space)', 'warning');
		return;
	}
	askToStart(controller, {
		title: `Back up ${on.length} stack${on.length === 1 ? '' : 's'}?`,
		lines: [on.map((one) => one.entry.name).join(', '), downtimeText(on)],
		args: ['backup'],
		says: 'Backup started',
	});
}

/** Shows what a backup would do; nothing is written, so nothing is asked. */
export function dryRun(controller: Controller, row?: StackRow): void {
	void showOutput(
		controller,
		row === undefined ? ['backup', '--dry-run'] : ['backup', row.entry.name, '--dry-run'],
	);
}

/** Runs a command that only looks and shows what it prints. */
export async function showOutput(controller: Controller, args: readonly string[]): Promise<void> {
	const { runs } = controller.services;
	if (runs === undefined) return;
	const title = runs.commandLine(args);
	controller.open({ kind: 'text', title, lines: [], top: 0, loading: true });
	const show = (lines: readonly string[], loading: boolean) => {
		const { dialog } = controller.state();
		if (dialog?.kind === 'text' && dialog.title === title) controller.open({ ...dialog, lines, loading });
	};
	try {
		const lines: string[] = [];
		await runs.output(args, (line) => {
			lines.push(line);
			if (lines.length <= 5000) show([...lines], true);
		});
		show(lines.length === 0 ? ['(no output)'] : lines.slice(0, 5000), false);
	} catch (error) {
		controller.close();
		controller.fail(error);
	}
}

export function askToSync(controller: Controller, limit = ''): void {
	if (controller.services.cloud === undefined) {
		controller.say('No remote is configured: see [cloud_sync] in config.ini', 'warning');
		return;
	}
	askToStart(controller, {
		title: 'Sync to the remotes?',
		lines: [
			'Uploads what is new, deletes on the remote only what no snapshot needs. Stacks stay up.',
			...(limit === '' ? [] : [`At most ${limit}.`]),
		],
		args: limit === '' ? ['sync'] : ['sync', '--bwlimit', limit],
		says: 'Sync started',
	});
}

export function askToCheck(controller: Controller): void {
	askToStart(controller, {
		title: 'Check the repository?',
		lines: ['Reads its structure. No stack is touched.'],
		args: ['check'],
		says: 'Check started',
	});
}
