import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../source/config/load.ts';
import { createOverviewPort } from '../../../source/tui/adapter/overview.ts';

async function overviewOf(repository: string, warnings: readonly string[] = []) {
	const directory = await mkdtemp(join(tmpdir(), 'bt-overview-'));
	onTestFinished(() => rm(directory, { recursive: true, force: true }));
	const file = join(directory, 'config.ini');
	const text = `[docker]\nSTACKS_DIR = ${directory}\n[local_backup]\nREPOSITORY = ${join(directory, repository)}\n[paths]\nSTATE_DIR = ${directory}\n`;
	await writeFile(file, text, { mode: 0o600 });
	const { config } = loadConfig({ configPath: file, env: { HOME: directory } });
	const port = createOverviewPort({
		config,
		configWarnings: async () =>
			warnings.map((one) => ({ id: 'config-warning', level: 'warning', title: 'config', text: one })),
		owed: async () => [],
		schedule: async () => ({ kind: 'none' }) as never,
		now: Date.now,
	});
	return { directory, load: () => port.load(new AbortController().signal) };
}

test('a repository that is not there is said, and no longer once it is', async () => {
	const { directory, load } = await overviewOf('.');
	expect((await load()).repository).toContain('IS NOT THERE');
	expect((await load()).attention).toMatchObject([
		{ level: 'bad', text: expect.stringContaining('is its disk mounted?') },
	]);
	await writeFile(join(directory, 'config'), '');
	expect((await load()).repository).toContain('never checked');
	expect((await load()).attention).toEqual([]);
});

test('one warning about the configuration is told in full, several are counted', async () => {
	const texts = async (warnings: readonly string[]) =>
		(await (await overviewOf('repository', warnings)).load()).attention.map((one) => one.text);
	expect(await texts(['line 3: KEY has no effect'])).toContain('config: line 3: KEY has no effect');
	expect(await texts(['one', 'two'])).toContain('config: 2 warnings');
});
