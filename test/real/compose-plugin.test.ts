import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configArguments, dockerCommand } from '../../source/stacks/compose-command.ts';
import { findComposePlugin } from '../../source/stacks/compose-plugin.ts';
import { accessOf } from './docker-access.ts';
import { composeYaml, sleeper, testHost, tools } from './rig/index.ts';

test('Compose called by itself says what it says by way of the client, also of a project named compose', async () => {
	const host = await testHost();
	const directory = join(host.stacksDir, 'compose');
	await mkdir(directory);
	await writeFile(join(directory, 'compose.yaml'), composeYaml([sleeper('compose')]));
	const byClient = accessOf(host);
	const composeFile = findComposePlugin(tools.docker, byClient.env);
	if (composeFile === undefined) throw new Error('no Compose plugin found');
	const args = configArguments({
		project: 'compose',
		workingDir: directory,
		configFiles: [join(directory, 'compose.yaml')],
		envFiles: [],
	});
	const answers = [byClient, { ...byClient, composeFile }].map(async (access) => {
		const command = dockerCommand(access, args, directory);
		return { ...(await access.runner.run({ ...command, timeoutMs: 30_000 })), file: command.file };
	});
	const [client, itself] = await Promise.all(answers);
	expect(client?.file).toBe(tools.docker);
	expect(itself?.file).toBe(composeFile);
	expect(itself).toMatchObject({ exitCode: 0, stdout: client?.stdout });
	expect(JSON.parse(itself?.stdout ?? '')).toMatchObject({ name: 'compose', services: { compose: {} } });
});
