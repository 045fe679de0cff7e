import { spawn } from 'node:child_process';

/** A program that has the person's terminal for as long as it runs: an editor, a pager. */
export interface ForegroundCommand {
	/** Absolute. */
	readonly file: string;
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
}

/** @returns its exit code once it has ended, null for a signal. Throws when it cannot be started. */
export function runInForeground(command: ForegroundCommand): Promise<number | null> {
	return new Promise((resolve, reject) => {
		const child = spawn(command.file, [...command.args], { stdio: 'inherit', env: { ...command.env } });
		child.once('error', reject);
		child.once('exit', resolve);
	});
}
