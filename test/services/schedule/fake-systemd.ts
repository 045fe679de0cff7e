import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createProcessRunner } from '../../../source/process/run.ts';
import type { ScheduleHost } from '../../../source/services/schedule/host.ts';
import { createSystemctl } from '../../../source/services/schedule/systemctl.ts';

/** A machine's directories, and programs in the place of systemd's that write down what they are told. */
export function fakeHost(options: { readonly systemd: boolean; readonly shown?: string }) {
	const root = mkdtempSync(join(tmpdir(), 'backup-tui-schedule-'));
	onTestFinished(() => rmSync(root, { recursive: true, force: true }));
	const at = (name: string) => join(root, name);
	const program = (name: string, lines: readonly string[]) => {
		writeFileSync(at(name), ['#!/bin/sh', `echo "$*" >> ${at('told')}`, ...lines, ''].join('\n'));
		chmodSync(at(name), 0o755);
		return at(name);
	};
	const file = program('systemctl', [`case "$*" in *show*) cat ${at('shown')};; esac`]);
	const analyzeFile = program('systemd-analyze', [
		'case "$*" in *nonsense*) exit 1;; esac',
		'echo "    Next elapse: Mon 2026-11-23 03:00:00 CET"',
		'echo "       (in UTC): Mon 2026-11-23 02:00:00 UTC"',
		'echo "       Iter. #2: Thu 2026-11-26 03:00:00 CET"',
		'echo "       (in UTC): Thu 2026-11-26 02:00:00 UTC"',
	]);
	writeFileSync(at('shown'), options.shown ?? '');
	for (const name of ['units', 'packaged', 'cron']) mkdirSync(at(name));
	const runner = createProcessRunner({ cookie: 'test' });
	const env = { PATH: '/usr/bin:/bin' };
	const systemctl = createSystemctl({ runner, file, analyzeFile, env, owner: 'system' });
	const host: ScheduleHost = {
		owner: 'system',
		unitDirectory: at('units'),
		packagedUnits: [at('packaged')],
		cronDirectory: at('cron'),
		systemctl: options.systemd ? systemctl : undefined,
		now: () => new Date(2026, 10, 21, 12, 0),
	};
	const told = () => (existsSync(at('told')) ? readFileSync(at('told'), 'utf8').trimEnd().split('\n') : []);
	return { host, at, told };
}
