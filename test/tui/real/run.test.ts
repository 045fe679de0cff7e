import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	inventory,
	makeQuickRepository,
	sleeper,
	snapshots,
	stack,
	startCli,
	testHost,
	writeDirlist,
} from '../../real/rig/index.ts';
import { openScreen } from './rig/screen.ts';

async function runningStack(lines: readonly string[] = [], files: Readonly<Record<string, Buffer>> = {}) {
	const host = await testHost();
	const alpha = await stack(host, 'alpha', composeYaml([sleeper('web', lines)]), { files });
	await compose(alpha, ['up', '-d']);
	await writeDirlist(host, { [alpha.name]: true });
	await makeQuickRepository(host.repository, host.password);
	return { host, alpha };
}

test('a backup started in the UI goes on when the UI is killed; the next UI shows it ending', async () => {
	const { host, alpha } = await runningStack();
	const before = await inventory(host);
	const first = openScreen(host);
	await first.waitFor(/alpha +running/);
	first.keys('B');
	await first.waitFor('Back up 1 stack?');
	first.keys('y');
	await first.waitFor(/\[3 Run\][\s\S]*Run \w{4} +backup +ui/);
	process.kill(first.pid(), 'SIGKILL');
	const second = openScreen(host);
	await second.waitFor('1 Home');
	second.keys('3');
	await second.waitFor(/Run \w{4} +backup +ui +ok/, 90_000);
	await second.waitFor(new RegExp(`✔ ${alpha.name.slice(0, 20)}.* off `));
	expect(await snapshots(host)).toHaveLength(1);
	expect(await inventory(host)).toEqual(before);
});

test('Enter says no; X cancels the run, and the stack comes up again', async () => {
	const { host } = await runningStack(['stop_grace_period: 8s', 'stop_signal: SIGUSR1']);
	const before = await inventory(host);
	const screen = openScreen(host);
	await screen.waitFor(/alpha +running/);
	screen.keys('B');
	await screen.waitFor('Back up 1 stack?');
	screen.keys('Enter');
	await screen.waitFor('Nothing done');
	screen.keys('B');
	await screen.waitFor('Back up 1 stack?');
	screen.keys('y');
	await screen.waitFor('DOWN now', 30_000);
	screen.keys('X');
	await screen.waitFor('Cancel backup?');
	screen.keys('y');
	await screen.waitFor(/Run \w{4} +backup +ui +cancelled/, 90_000);
	expect(await inventory(host)).toEqual(before);
});

test('one file is found in a snapshot, and what changed since the one before', async () => {
	const { host } = await runningStack([], { 'data/letter.txt': Buffer.from('dear') });
	const screen = openScreen(host, { columns: 160, rows: 50 });
	await screen.waitFor(/alpha +running/);
	screen.keys('B');
	await screen.waitFor('Back up 1 stack?');
	screen.keys('y');
	await screen.waitFor(/Run \w{4} +backup +ui +ok/, 90_000);
	screen.keys('4');
	await screen.waitFor(/Snapshots: 1/);
	screen.keys('Enter');
	await screen.waitFor('data/');
	screen.keys('j');
	// Folders are added up while the cursor rests on one.
	await screen.waitFor(/data\/ .* 4 B/);
	screen.keys('Enter');
	await screen.waitFor('letter.txt');
	screen.keys('Tab');
	screen.keys('v');
	await screen.waitFor('is the first snapshot');
});

test('a run of cron shows live, in two UIs at once', async () => {
	const { host } = await runningStack(['stop_grace_period: 5s', 'stop_signal: SIGUSR1']);
	const one = openScreen(host);
	const two = openScreen(host, { columns: 40, rows: 10 });
	await one.waitFor(/alpha +running/);
	await two.waitFor('Home');
	const cli = startCli(host, ['backup']);
	await Promise.all([one.waitFor('DOWN now', 30_000), two.waitFor('DOWN now', 30_000)]);
	expect((await cli.done).code).toBe(0);
	await one.waitFor(/Last run +✔ ok/);
	await two.waitFor('Last ok');
});

test('who comes to Run while a run goes on sees that one, not the ended one that was started here', async () => {
	const { host } = await runningStack(['stop_grace_period: 6s', 'stop_signal: SIGUSR1']);
	const screen = openScreen(host);
	await screen.waitFor(/alpha +running/);
	screen.keys('3', 'C');
	await screen.waitFor('Check the repository?');
	screen.keys('y');
	await screen.waitFor(/Run \w{4} +check +ui +ok/, 60_000);
	screen.keys('1');
	const cli = startCli(host, ['backup']);
	await screen.waitFor(/Now +▶ backup/, 30_000);
	screen.keys('3');
	await screen.waitFor(/Run \w{4} +backup +manual +elapsed/);
	expect((await cli.done).code).toBe(0);
});

test('the details that Home leads to are those of the run that failed, not of a later one', async () => {
	const host = await testHost();
	await writeDirlist(host, { gone: true });
	await makeQuickRepository(host.repository, host.password);
	expect((await startCli(host, ['backup']).done).code).toBe(2);
	expect((await startCli(host, ['check']).done).code).toBe(0);
	const screen = openScreen(host);
	await screen.waitFor(/✘ the last backup failed: .*3 = details/);
	screen.keys('3');
	await screen.waitFor(/Run \w{4} +backup +manual +failed/);
	screen.keys('Escape');
	await screen.waitFor(/Run \w{4} +check +manual +ok/);
});
