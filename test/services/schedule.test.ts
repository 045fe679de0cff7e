import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ScheduleHost } from '../../source/services/schedule/host.ts';
import { overdueAfterMs } from '../../source/services/schedule/overdue.ts';
import { createScheduleService, type ScheduleRequest } from '../../source/services/schedule.ts';
import { fakeHost } from './schedule/fake-systemd.ts';

const program = ['/usr/bin/backup-tui'];
const nightly: ScheduleRequest = { cron: false, time: '02:30', delayMinutes: 15, sync: false };

function serviceOn(host: ScheduleHost) {
	return createScheduleService({ host, program, configFile: '/srv/my config/100%.ini', nameConfig: true });
}

const running = [
	'ActiveState=active',
	'UnitFileState=enabled',
	'NextElapseUSecRealtime=Sun 2026-11-22 02:37:11 UTC',
	'LastTriggerUSec=Sat 2026-11-21 02:31:02 UTC',
].join('\n');

describe('a systemd timer', () => {
	test('is planned without a trace, then written for all to read and turned on', async () => {
		const { host, at, told } = fakeHost({ systemd: true, shown: running });
		const schedule = serviceOn(host);
		const plan = await schedule.plan(nightly);
		expect(plan.files.map(({ now }) => now)).toEqual(['absent', 'absent', 'absent']);
		expect(readdirSync(at('units'))).toEqual([]);
		expect(told()).toEqual([]);

		await plan.install();

		expect(readdirSync(at('units')).sort()).toEqual([
			'backup-tui-recover.service',
			'backup-tui.service',
			'backup-tui.timer',
		]);
		expect(told()).toEqual([
			'daemon-reload',
			'enable --now backup-tui.timer',
			'enable backup-tui-recover.service',
		]);
		expect(statSync(at('units/backup-tui.service')).mode & 0o777).toBe(0o644);
		const service = readFileSync(at('units/backup-tui.service'), 'utf8');
		expect(service).toContain(
			'ExecStart=/usr/bin/backup-tui backup --config "/srv/my config/100%%.ini" --no-input',
		);
		expect(service).toContain('ConditionPathExists=/srv/my config/100%%.ini');
		expect(readFileSync(at('units/backup-tui.timer'), 'utf8')).toContain('OnCalendar=*-*-* 02:30:00');
		expect((await schedule.plan(nightly)).files.map(({ now }) => now)).toEqual(['same', 'same', 'same']);
	});

	test('tells its next run and its last start', async () => {
		const { host } = fakeHost({ systemd: true, shown: running });
		const schedule = serviceOn(host);
		await (await schedule.plan(nightly)).install();
		expect(await schedule.status()).toMatchObject({
			kind: 'timer',
			enabled: true,
			nextRun: '2026-11-22T02:37:11.000Z',
			lastStart: '2026-11-21T02:31:02.000Z',
			everyMs: 86_400_000,
		});
	});

	test('twice a week is overdue only after more than three days', async () => {
		const { host } = fakeHost({ systemd: true, shown: running });
		const schedule = serviceOn(host);
		await (await schedule.plan({ ...nightly, calendar: 'Mon,Thu 03:00' })).install();
		const status = await schedule.status();
		expect(status.everyMs).toBe(3 * 86_400_000);
		expect(overdueAfterMs(status)).toBe(4.5 * 86_400_000);
		expect(overdueAfterMs(undefined)).toBe(1.5 * 86_400_000);
	});

	test('is refused for an expression that systemd does not know', async () => {
		const { host } = fakeHost({ systemd: true });
		await expect(serviceOn(host).plan({ ...nightly, calendar: 'nonsense' })).rejects.toMatchObject({
			code: 'usage',
		});
	});

	test('that is off, or would be after a reboot, is a problem', async () => {
		const off = fakeHost({ systemd: true, shown: 'ActiveState=inactive\nUnitFileState=disabled\n' });
		await (await serviceOn(off.host).plan(nightly)).install();
		expect(await serviceOn(off.host).status()).toMatchObject({
			enabled: false,
			problem: 'the timer is off: systemctl enable --now backup-tui.timer',
		});
		const lost = fakeHost({ systemd: true, shown: 'ActiveState=active\nUnitFileState=disabled\n' });
		await (await serviceOn(lost.host).plan(nightly)).install();
		expect(await serviceOn(lost.host).status()).toMatchObject({
			enabled: true,
			problem: 'the timer will be off after a reboot: systemctl enable --now backup-tui.timer',
		});
	});

	test('without systemd is written but said to do nothing', async () => {
		const { host } = fakeHost({ systemd: false });
		const schedule = serviceOn(host);
		await (await schedule.plan(nightly)).install();
		expect(await schedule.status()).toMatchObject({
			enabled: false,
			problem: expect.stringMatching(/systemd/),
		});
	});

	test('of a package is turned off by remove, and its files stay', async () => {
		const { host, at, told } = fakeHost({ systemd: true, shown: running });
		writeFileSync(at('packaged/backup-tui.timer'), '[Timer]\nOnCalendar=*-*-* 03:00:00\n');
		const schedule = serviceOn(host);
		expect(await schedule.status()).toMatchObject({ kind: 'timer', enabled: true });
		await schedule.remove();
		expect(told()).toContain('disable --now backup-tui.timer');
		expect(readdirSync(at('packaged'))).toEqual(['backup-tui.timer']);
		writeFileSync(at('shown'), 'ActiveState=inactive\nUnitFileState=disabled\n');
		expect(await schedule.status()).toEqual({ kind: 'none', enabled: false });
	});
});

describe('cron', () => {
	test('takes the place of a timer, and a timer that of cron', async () => {
		const { host, at, told } = fakeHost({ systemd: true, shown: running });
		const schedule = serviceOn(host);
		await (await schedule.plan(nightly)).install();
		await (await schedule.plan({ ...nightly, cron: true })).install();
		expect(readdirSync(at('units'))).toEqual([]);
		expect(told()).toContain('disable --now backup-tui.timer');
		expect(readFileSync(at('cron/backup-tui'), 'utf8')).toContain(
			"30 2 * * * root /usr/bin/backup-tui backup --config '/srv/my config/100\\%.ini' --no-input",
		);
		expect(await schedule.status()).toMatchObject({
			kind: 'cron',
			enabled: true,
			nextRun: new Date(2026, 10, 22, 2, 30).toISOString(),
		});

		await (await schedule.plan(nightly)).install();
		expect(readdirSync(at('cron'))).toEqual([]);
	});

	test('remove leaves nothing, and nothing is scheduled then', async () => {
		const { host, at } = fakeHost({ systemd: false });
		const schedule = serviceOn(host);
		await (await schedule.plan({ ...nightly, cron: true })).install();
		expect(schedule.installed()).toEqual([at('cron/backup-tui')]);
		await schedule.remove();
		expect(await schedule.status()).toEqual({ kind: 'none', enabled: false });
	});

	test('a line for a crontab names no user', () => {
		const { host } = fakeHost({ systemd: false });
		expect(serviceOn(host).crontabLine({ ...nightly, sync: true })).toMatch(
			/^30 2 \* \* \* \/usr\/bin\/backup-tui backup .*--sync --quiet$/,
		);
	});
});

test.each(['25:00', '3', '03:60', 'noon', ''])('%j is no time of day', async (time) => {
	const { host } = fakeHost({ systemd: false });
	await expect(serviceOn(host).plan({ ...nightly, time })).rejects.toMatchObject({ code: 'usage' });
});

test('a path with a line end cannot smuggle a line into a unit or a crontab', async () => {
	const { host } = fakeHost({ systemd: false });
	const schedule = createScheduleService({
		host,
		program,
		configFile: '/srv/x\nExecStart=/bin/evil',
		nameConfig: true,
	});
	await expect(schedule.plan(nightly)).rejects.toMatchObject({ code: 'usage' });
	expect(() => schedule.crontabLine(nightly)).toThrow(/cannot name/);
});
