import { join } from 'node:path';
import type { Config } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import type { RestorePort } from '../ports.ts';
import type { Program } from './program.ts';

/** What the program said last, without its marks: why it would not do it, and what to do. */
function refusal(lines: readonly string[]): BackupTuiError {
	const words = (line: string | undefined) => line?.replace(/^\W*(?:hint: )?/, '').trim();
	const message = words(lines.findLast((line) => line.trim() !== '' && !/^\s*hint: /.test(line)));
	const hint = words(lines.findLast((line) => /^\s*hint: /.test(line)));
	return new BackupTuiError(
		'restore-failed',
		message ?? 'it cannot be restored so',
		hint === undefined ? {} : { hint },
	);
}

/** Restores by the program's own `restore`: what it would do is its dry run, what it does is its run. */
export function createRestorePort(config: Config, program: Program, ended: AbortSignal): RestorePort {
	const args: RestorePort['args'] = (request) => [
		'restore',
		'--stack',
		request.stack,
		'--snapshot',
		request.snapshot,
		...request.include.flatMap((path) => ['--include', path]),
		...(request.target.kind === 'in-place'
			? ['--in-place', '--confirm', request.stack]
			: ['--target', request.target.path]),
		...(request.fromRemote === undefined ? [] : ['--from-remote', '--remote', request.fromRemote]),
	];
	return {
		args,
		plan: async (request, onLine) => {
			const said: string[] = [];
			const code = await program.output(
				[...args(request), '--dry-run'],
				(text) => {
					// The time at the beginning of a run's lines says nothing here.
					const line = text.replace(/^\d\d:\d\d:\d\d /, '');
					if (/^ended: .*exit code/.test(line)) return;
					said.push(line);
					onLine(line);
				},
				ended,
			);
			if (code !== 0) throw refusal(said);
		},
		defaultTarget: (stack, shortId) =>
			join(config.restore.directory, `${stack.replaceAll('/', '_')}-${shortId}`),
		remotes: config.remotes.filter((remote) => remote.command.length === 0).map((remote) => remote.name),
	};
}
