import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, inPlace, loseStacks } from './restore-rig.ts';
import {
	compose,
	composeYaml,
	containersOf,
	docker,
	type Host,
	initRepository,
	leftovers,
	snapshots,
	stack,
	startCli,
	type TestStack,
	testHost,
	testImage,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

interface End {
	readonly stack: string;
	readonly state: string;
	readonly ok: boolean;
	readonly next: readonly string[];
}

/** A stack that does not start where its file `mode` says "bad"; one snapshot says "good", the newer one "bad". */
async function scene() {
	const config = { docker: { SETTLE_SECONDS: 1, UP_TIMEOUT: 4, TIMEOUT: 2 } };
	const host = await testHost({ config });
	const web = [
		'  web:',
		`    image: ${testImage}`,
		`    command: ["sh", "-c", "grep -q bad /mode && exit 1; trap 'exit 0' TERM; sleep 1000000 & wait"]`,
		'    volumes: ["./mode:/mode:ro", "data:/data"]',
	].join('\n');
	const app = await stack(host, 'app', composeYaml([web], ['data']), { files: { mode: 'good\n' } });
	const mode = (text: string) => writeFileSync(join(app.directory, 'mode'), `${text}\n`);
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	mode('bad');
	await writeConfig(host, { ...config, [`stack:${app.name}`]: { METHOD: 'none' } });
	await cli(host, ['backup']);
	mode('good');
	await writeConfig(host, config);
	const [good = '', bad = ''] = (await snapshots(host)).map(({ id }) => id.slice(0, 8));
	return { host, app, mode, good, bad };
}

/** Ends a restore by SIGINT at an event of a phase. @returns its end, as the event tells it */
async function interrupted(host: Host, args: readonly string[], phase: string, code: number): Promise<End> {
	const running = startCli(host, [...args, '--json']);
	await running.waitFor(new RegExp(`"type":"phase-start",[^\\n]*"phase":"${phase}"`));
	running.kill('SIGINT');
	const { code: ended, stdout } = await running.done;
	expect(ended, stdout).toBe(code);
	return endIn(stdout);
}

function endIn(events: string): End {
	const line = events.split('\n').find((one) => one.includes('"type":"restore-end"')) ?? '{}';
	return JSON.parse(line) as End;
}

/** The command of a next step, to be given to the CLI. */
function command(step: string | undefined): readonly string[] {
	const words = /backup-tui (?:--config \S+ )?(.*)$/.exec(step ?? '')?.[1];
	if (words === undefined) throw new Error(`no command in: ${step}`);
	return words.split(' ');
}

const agreed = (app: TestStack, args: readonly string[]) => [...args, '--yes', '--confirm', app.name];
const isUp = async (app: TestStack) =>
	(await containersOf(app.host, app.project)).every(({ status }) => status === 'running');

test('every end of a restore in place names the stack, its state and the next command, and ends with 7 only where it was up', async () => {
	const { host, app, mode, good, bad } = await scene();
	const step = (...words: readonly string[]) => `backup-tui --config ${host.configFile} ${words.join(' ')}`;
	const rollback = step('restore', '--stack', app.name, '--rollback');
	const told = (text: string, state: string, ...steps: readonly string[]) => {
		expect(text).toContain(`${app.name}  ${state}`);
		for (const one of steps) expect(text).toContain(one);
	};

	const up = await cli(host, inPlace(app, '--snapshot', good));
	told(up.stdout, 'runs', `roll back: ${rollback}`);

	const stays = await cli(host, inPlace(app, '--snapshot', bad), 7);
	told(stays.stdout, 'is NOT STARTED', `start it: ${step('recover')}`, `roll back: ${rollback}`);
	await cli(host, agreed(app, command(rollback)));
	expect(await isUp(app)).toBe(true);

	const back = await cli(host, inPlace(app, '--snapshot', bad, '--rollback'), 4);
	told(back.stdout, 'is as it was before', `see why: ${step('logs')}`, 'restore again:');
	expect(await isUp(app)).toBe(true);

	for (const [args, code] of [
		[['--no-input'], 64],
		[['--snapshot', 'fedcba98'], 64],
		[['--volume', 'none', '--yes', '--confirm', app.name], 64],
	] as const) {
		const refused = await cli(host, ['restore', '--stack', app.name, '--in-place', ...args], code);
		expect(refused.stdout).toMatch(new RegExp(`${app.name}.*nothing was changed`));
		expect(refused.stdout).toContain('hint:');
	}
	expect(await isUp(app)).toBe(true);

	const half = await interrupted(host, inPlace(app, '--snapshot', good), 'restore', 7);
	expect(half).toMatchObject({ stack: app.name, state: 'half', ok: false });
	expect(half.next.map((one) => one.split(':')[0])).toEqual(['restore again', 'roll back']);
	await cli(host, agreed(app, command(half.next[0])));
	expect(await isUp(app)).toBe(true);

	// It runs on good data that is bad by now, and its safety snapshot fails: nothing is written, it does not come up again.
	mode('bad');
	const running = startCli(host, [...inPlace(app, '--snapshot', good), '--json']);
	await running.waitFor(/"type":"phase-start",[^\n]*"phase":"down"/);
	running.kill('SIGSTOP');
	renameSync(join(host.repository, 'keys'), join(host.directory, 'keys'));
	running.kill('SIGCONT');
	const { code, stdout } = await running.done;
	renameSync(join(host.directory, 'keys'), join(host.repository, 'keys'));
	expect(code, stdout).toBe(7);
	const down = endIn(stdout);
	expect(down).toMatchObject({ stack: app.name, state: 'down', next: ['start it: backup-tui recover'] });
	mode('good');
	await cli(host, command(down.next[0]));
	expect(await isUp(app)).toBe(true);

	await compose(app, ['stop']);
	const off = await cli(host, inPlace(app, '--snapshot', good));
	told(off.stdout, 'is stopped', `start it: ${step('stacks', 'up', app.name)}`, rollback);
	const offAndBad = await cli(host, inPlace(app, '--snapshot', bad, '--start'), 4);
	told(offAndBad.stdout, 'is NOT STARTED', `start it: ${step('recover')}`, `roll back: ${rollback}`);

	await loseStacks(host, [app]);
	rmSync(join(host.stateDir, 'journal'), { recursive: true, force: true });
	const bare = await cli(host, ['restore', '--stack', app.name, '--in-place', '--snapshot', bad, '--yes'], 4);
	told(bare.stdout, 'is NOT STARTED', `start it: ${step('recover')}`);
	expect(await leftovers(host)).toEqual([]);
});

test('F10: every end of a copy and of files names the stack, its state and the next command; a copy that never ran ends 4', async () => {
	const { host, app, good, bad } = await scene();
	const before = await containersOf(host, app.project);
	const name = `${host.name}-old`;
	const as = (snapshot: string) => ['restore', '--stack', app.name, '--as', name, '--snapshot', snapshot];
	const directory = join(host.stacksDir, name);
	const remove = async () => {
		await docker(host, ['compose', '-p', name, 'down', '-v']);
		rmSync(directory, { recursive: true, force: true });
	};

	const dead = await cli(host, as(bad), 4);
	expect(dead.stdout).toContain(`${name}  is NOT STARTED`);
	expect(dead.stdout).toContain(`start it: docker compose -p ${name}`);
	expect(dead.stdout).toContain(`remove it: docker compose -p ${name} down -v`);
	expect(dead.stdout + dead.stderr).not.toContain('--rollback');
	// Nobody owes it anything, so that other runs are not red for it.
	await cli(host, ['recover']);
	await cli(host, ['backup']);
	await remove();

	const half = await interrupted(host, as(good), 'restore', 130);
	expect(half).toMatchObject({ stack: name, state: 'half', ok: false });
	expect(half.next[0]).toMatch(/^restore again: backup-tui restore /);
	await cli(host, command(half.next[0]));
	expect((await containersOf(host, name)).map(({ status }) => status)).toEqual(['running']);
	await remove();

	const target = join(host.directory, 'files');
	const cut = await interrupted(
		host,
		['restore', '--stack', app.name, '--target', target, '--snapshot', good],
		'restore',
		130,
	);
	expect(cut).toMatchObject({ stack: app.name, state: 'half', ok: false });
	const whole = await cli(host, command(cut.next[0]));
	expect(whole.stdout).toContain(`${app.name}  files only`);
	expect(whole.stdout).toMatch(/backup-tui .*restore --stack .* --in-place/);
	expect(existsSync(join(target, app.directory, 'mode'))).toBe(true);
	expect(await containersOf(host, app.project)).toEqual(before);
});
