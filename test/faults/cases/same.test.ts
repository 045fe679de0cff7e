import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
	compose,
	composeYaml,
	docker,
	type RunningCli,
	sleeper,
	tools,
	writeConfig,
} from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import { phaseStart } from '../suite/kill-points.ts';
import { mergeSections, rememberFiles, type Scene } from '../suite/scene.ts';

/** A restic whose copy does not end before it is let go: somebody else has time to act. */
async function lingeringRestic(scene: Scene) {
	const [file, held] = [join(scene.host.directory, 'restic-lingers'), join(scene.host.directory, 'hold')];
	const text = [
		'#!/bin/sh',
		`'${tools.restic}' "$@"; code=$?`,
		`case " $* " in *" backup "*) while [ -e '${held}' ]; do sleep 0.05; done;; esac`,
		'exit $code',
		'',
	];
	await writeFile(file, text.join('\n'));
	await chmod(file, 0o755);
	await writeConfig(scene.host, mergeSections(scene.config, { tools: { RESTIC: file } }));
	await rememberFiles(scene);
	return {
		/** Does something while the copy goes on, and lets it end. */
		duringCopy: async (running: RunningCli, act: () => Promise<unknown>) => {
			await writeFile(held, '');
			await running.waitFor(phaseStart('copy'));
			await act().finally(() => rm(held));
		},
	};
}

fault(
	50,
	'T6: a stack that is off is started, and its external volume is written to, during its copy',
	async (trial) => {
		const yaml = `${composeYaml([sleeper('web', ['volumes: ["shared:/data"]'])])}volumes: {shared: {external: true, name: $SHARED}}\n`;
		const scene = await trial.scene({
			yaml,
			up: async (app) => {
				const name = `${app.host.name}-shared`;
				await docker(app.host, ['volume', 'create', name]);
				await writeFile(join(app.directory, '.env'), `SHARED=${name}\n`);
			},
		});
		const restic = await lingeringRestic(scene);
		const during = async (act: () => Promise<unknown>) => {
			const running = trial.start(scene, ['backup', '--json']);
			await restic.duringCopy(running, act);
			return await running.done;
		};
		// Nothing of it was ever started: no container tells its project.
		const started = await during(() => compose(scene.app, ['up', '-d']));
		await trial.told(started, { code: 8, words: [scene.app.name, /web-1/, /ran during the copy/] });
		await compose(scene.app, ['stop', '--timeout', '1']);
		const again = await during(() => compose(scene.app, ['start']));
		await trial.told(again, { code: 8, words: [scene.app.name, /web-1/] });
		await compose(scene.app, ['stop', '--timeout', '1']);
		const writer = `${scene.host.name}-writer`;
		onTestFinished(async () => void (await docker(scene.host, ['rm', '-f', writer], { anyCode: true })));
		const volume = `${scene.host.name}-shared:/x`;
		const written = await during(() =>
			docker(scene.host, [
				'run',
				'--rm',
				'--name',
				writer,
				'-v',
				volume,
				'busybox:local',
				'touch',
				'/x/late',
			]),
		);
		await trial.told(written, { code: 8, words: [scene.app.name, writer] });
		await compose(scene.app, ['down']);
		await trial.everything(scene);
	},
);
