import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../source/config/load.ts';
import { createOverviewPort } from '../../../source/tui/adapter/overview.ts';
import { wire } from '../../../source/wiring.ts';

async function overviewOf(repository: string, warnings: readonly string[] = []) {
	const directory = await mkdtemp(join(tmpdir(), 'bt-overview-'));
	onTestFinished(() => rm(directory, { recursive: true, force: true }));
	const file = join(directory, 'config.ini');
	const text = `[docker]\nSTACKS_DIR = ${directory}\n[local_backup]\nREPOSITORY = ${join(directory, repository)}\n[paths]\nSTATE_DIR = ${directory}\n`;
	await writeFile(file, text, { mode: 0o600 });
	const { config } = loadConfig({ configPath: file, env: { HOME: directory } });
	const services = await wire({
		config,
		env: { HOME: directory },
		version: '0',
		dryRun: false,
		lockWaitSeconds: 0,
		configWarnings: async () => warnings.map((message) => ({ severity: 'warning', message })),
		known: { discover: async () => [], states: async () => ({ states: new Map(), foreign: [] }) },
	});
	const port = createOverviewPort({ config, status: services.overview, now: Date.now });
	return { directory, load: () => port.load(new AbortController().signal) };
}

test('a repository that is not there is said, and no longer once it is', async () => {
	const { directory, load } = await overviewOf('.');
	const gone = { id: 'repository', level: 'problem', hint: expect.stringContaining('is its disk mounted?') };
	expect((await load()).repository).toContain('IS NOT THERE');
	expect((await load()).findings).toContainEqual(expect.objectContaining(gone));
	await writeFile(join(directory, 'config'), '');
	expect((await load()).repository).toContain('never checked');
	expect((await load()).findings).not.toContainEqual(expect.objectContaining({ id: 'repository' }));
});

test('every warning about the configuration is a finding', async () => {
	const overview = await (await overviewOf('repository', ['line 3: KEY has no effect', 'two'])).load();
	const texts = overview.findings.filter(({ id }) => id === 'config').map(({ text }) => text);
	expect(texts).toEqual(['config: line 3: KEY has no effect', 'config: two']);
});
