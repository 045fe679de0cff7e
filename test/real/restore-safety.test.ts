import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, inPlace, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compose,
	composeYaml,
	containersOf,
	initRepository,
	leftovers,
	restic,
	sleeper,
	snapshots,
	stack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

async function backedUpStack() {
	const host = await testHost({ config: restoreConfig() });
	const yaml = composeYaml([sleeper('web', ['volumes: ["data:/data", "spare:/spare"]'])], ['data', 'spare']);
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d']);
	const file = join(await mountpoint(host, `${app.project}_data`), 'file');
	writeFileSync(file, 'first');
	writeFileSync(join(await mountpoint(host, `${app.project}_spare`), 'file'), 'spare');
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	return { host, app, file };
}

test('what a restore overwrote is kept for a fortnight of backups, the warm copy of it for none', async () => {
	const { host, app, file } = await backedUpStack();
	writeFileSync(file, 'second');
	await cli(host, inPlace(app, '--volume', 'data'));
	const tagged = async (tag: string) =>
		(await snapshots(host)).filter(({ tags }) => (tags ?? []).includes(tag)).map(({ id }) => id);
	const [safety = ''] = await tagged('backup-tui-safety');
	expect(await tagged('backup-tui-safety')).toHaveLength(1);
	await cli(host, ['backup']);
	expect(await tagged('backup-tui-safety')).toEqual([safety]);
	expect(await tagged('backup-tui-warm')).toEqual([]);
	const aged = async (days: number) => {
		const then = new Date(Date.now() - days * 24 * 3600 * 1000);
		const time = then.toISOString().replace('T', ' ').slice(0, 19);
		const [id = ''] = await tagged('backup-tui-safety');
		await restic(host, ['rewrite', '--new-time', time, '--forget', id]);
	};
	await aged(12);
	await cli(host, ['backup']);
	expect(await tagged('backup-tui-safety')).toHaveLength(1);
	await aged(16);
	// Dated back, or a clock that jumped: without backups on that many days it is kept.
	await cli(host, ['backup']);
	expect(await tagged('backup-tui-safety')).toHaveLength(1);
	const history = join(host.stateDir, 'history.ndjson');
	const line = JSON.parse(readFileSync(history, 'utf8').split('\n')[0] ?? '{}');
	const days = Array.from({ length: 15 }, (_, ago) => new Date(Date.now() - ago * 24 * 3600 * 1000));
	writeFileSync(history, days.map((at) => `${JSON.stringify({ ...line, at: at.toISOString() })}\n`).join(''));
	await cli(host, ['backup', '--no-retention']);
	expect(await tagged('backup-tui-safety')).toHaveLength(1);
	await cli(host, ['backup']);
	expect(await tagged('backup-tui-safety')).toEqual([]);
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name], 4);
	expect(await leftovers(host)).toEqual([]);
});

test('what a restore brought where nothing was is taken away by the way back, and kept for the way back from that', async () => {
	const { host, app, file } = await backedUpStack();
	const spare = await mountpoint(host, `${app.project}_spare`);
	rmSync(join(spare, 'file'));
	writeFileSync(file, 'second');
	await cli(host, inPlace(app));
	expect(readFileSync(join(spare, 'file'), 'utf8')).toBe('spare');
	writeFileSync(join(spare, 'later'), 'later');

	const one = ['restore', '--stack', app.name, '--rollback', '--confirm', app.name];
	const preview = await cli(host, [...one, '--dry-run']);
	expect(preview.stderr).toMatch(/_spare was not there before: what is in it now is TAKEN AWAY/);
	// A part of that snapshot takes nothing away.
	const [safety] = (await snapshots(host)).filter(({ tags }) => (tags ?? []).includes('backup-tui-safety'));
	await cli(host, inPlace(app, '--snapshot', safety?.id ?? '', '--volume', 'data'));
	expect(readFileSync(file, 'utf8')).toBe('second');
	expect(readdirSync(spare).sort()).toEqual(['file', 'later']);

	await cli(host, [...inPlace(app), '--snapshot', safety?.id ?? '']);
	expect(readdirSync(spare)).toEqual([]);
	await cli(host, one);
	expect(readdirSync(spare).sort()).toEqual(['file', 'later']);
	expect((await containersOf(host, app.project)).map(({ status }) => status)).toEqual(['running']);
	expect(await leftovers(host)).toEqual([]);
});

interface SeenEvent {
	readonly type: string;
	readonly phase?: string;
	readonly argv?: readonly string[];
}

test('what was written is on the disk before the stack is started', async () => {
	const { host, app, file } = await backedUpStack();
	writeFileSync(file, 'second');
	const { stdout } = await cli(host, inPlace(app, '--volume', 'data', '--json'));
	const events = stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as SeenEvent);
	const at = (found: (event: SeenEvent) => boolean) => events.findIndex(found);
	const synced = at(({ type, argv = [] }) => type === 'command' && argv[0]?.endsWith('sync') === true);
	expect(events[synced]?.argv?.slice(1)).toEqual(['-f', '--', dirname(file)]);
	expect(synced).toBeGreaterThan(at((event) => event.type === 'phase-start' && event.phase === 'restore'));
	expect(synced).toBeLessThan(at((event) => event.type === 'phase-start' && event.phase === 'up'));
	expect(readFileSync(file, 'utf8')).toBe('first');
});
