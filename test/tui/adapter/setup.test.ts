import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createScheduleService } from '../../../source/services/schedule.ts';
import { createSetupPort } from '../../../source/tui/adapter/setup.ts';
import { fakeHost } from '../../services/schedule/fake-systemd.ts';

async function configuredSetup(systemd: boolean, root = true) {
	const directory = mkdtempSync(join(tmpdir(), 'backup-tui-setup-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	const older = join(directory, 'older.ini');
	writeFileSync(
		older,
		`[docker]\nDOCKER_STACKS_DIR=${directory}\n[local_backup]\nRESTIC_REPOSITORY=${directory}/repository\nRESTIC_PASSWORD=x\n`,
	);
	const configFile = join(directory, 'config.ini');
	const machine = fakeHost({ systemd });
	const setup = createSetupPort({
		env: { HOME: directory },
		configPath: configFile,
		schedule: async () => ({
			service: createScheduleService({
				host: machine.host,
				program: ['/usr/bin/backup-tui'],
				configFile,
				nameConfig: true,
			}),
			systemd,
			root,
		}),
	});
	await setup.importOlder(older);
	return { setup, ...machine };
}

const answers = { stacksDir: '', repository: '', passwordFile: '', cloud: '', schedule: '02:30' };

test('the schedule is shown as files, and written only when it is asked for', async () => {
	const { setup, at, told } = await configuredSetup(true);
	const plan = await setup.planSchedule(answers);
	expect(plan?.lines).toContain(`${at('units/backup-tui.timer')} (new)`);
	expect(readdirSync(at('units'))).toEqual([]);
	await plan?.install?.();
	expect(readdirSync(at('units'))).toContain('backup-tui.timer');
	expect(told()).toContain('enable --now backup-tui.timer');
});

test('without systemd it is a file of cron, and without root a line for a crontab', async () => {
	const { setup, at } = await configuredSetup(false);
	const plan = await setup.planSchedule(answers);
	expect(plan?.lines).toEqual([`${at('cron/backup-tui')} (new)`]);
	expect(await plan?.install?.()).toContain('the schedule is on, next run');
	const { setup: own } = await configuredSetup(false, false);
	const line = await own.planSchedule({ ...answers, cloud: 'b2:x' });
	expect(line?.lines[0]).toMatch(/^for your crontab \(crontab -e\): 30 2 \* \* \* .*backup .*--sync/);
	expect(line?.install).toBeUndefined();
});

test('no time, no schedule', async () => {
	const { setup } = await configuredSetup(true);
	expect(await setup.planSchedule({ ...answers, schedule: '' })).toBeUndefined();
});

test('F8: a directory on another disk is the remote itself, as the documentation has it', async () => {
	const { setup } = await configuredSetup(false);
	const set = (text: string) => text.split('\n').filter((line) => /^RCLONE_(REMOTE|PATH)/.test(line));
	expect(set(setup.preview({ ...answers, cloud: '/x/disk2' }))).toEqual(['RCLONE_REMOTE=/x/disk2']);
	expect(set(setup.preview({ ...answers, cloud: 'b2:bucket/restic' }))).toEqual([
		'RCLONE_REMOTE=b2',
		'RCLONE_PATH=bucket/restic',
	]);
	const levels = async (cloud: string) =>
		(await setup.hints('cloud', { ...answers, repository: tmpdir(), cloud })).map(({ level }) => level);
	expect(await levels('/x/no/such/disk')).toContain('bad');
	expect(await levels(tmpdir())).toContain('warning');
	expect(await levels('nosuch:backup')).toContain('bad');
});
