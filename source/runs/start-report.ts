import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Whoever starts the program may choose the run's id. */
export const runIdVariable = 'BACKUP_TUI_RUN_ID';
/** A file that must not exist yet: the program writes one line to it, whether its run has started or was refused. */
export const startReportVariable = 'BACKUP_TUI_START_REPORT';

/** What the starter of a run learns, as data. */
export type StartReport =
	| { readonly v: 1; readonly type: 'started'; readonly run: string; readonly pid: number }
	| {
			readonly v: 1;
			readonly type: 'refused';
			readonly code: string;
			readonly message: string;
			readonly hint?: string;
			readonly exitCode: number;
	  };

/** Writes the report where it is wanted: the first one only. Never throws, as nothing may depend on who watches. */
export function reportStart(env: Readonly<Record<string, string | undefined>>, report: StartReport): void {
	const path = env[startReportVariable];
	if (path === undefined || !path.startsWith('/')) return;
	try {
		// O_EXCL: neither a file of somebody else nor a link is written to.
		const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
		try {
			writeSync(descriptor, `${JSON.stringify(report)}\n`);
		} finally {
			closeSync(descriptor);
		}
	} catch {
		// Reported already, or the starter has gone.
	}
}

/** @returns the report once it is there and whole */
export async function readStartReport(path: string): Promise<StartReport | undefined> {
	const text = await readFile(path, 'utf8').catch(() => '');
	if (!text.endsWith('\n')) return undefined;
	try {
		const report = JSON.parse(text) as StartReport;
		return report.type === 'started' || report.type === 'refused' ? report : undefined;
	} catch {
		return undefined;
	}
}
