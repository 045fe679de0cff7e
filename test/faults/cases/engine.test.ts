import { randomBytes } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import { compose, composeYaml, privateEngine, sleeper, snapshots } from '../../real/rig/index.ts';
import { engineProxy } from '../suite/engine-proxy.ts';
import { fault } from '../suite/fault.ts';
import { phaseStart } from '../suite/kill-points.ts';

fault(13, 'the Docker daemon killed during the copy', async (trial) => {
	const engine = await privateEngine();
	// Called in reverse order: after the host's own clean-up, which still asks the engine.
	onTestFinished(() => engine.dispose(), 120_000);
	const yaml = composeYaml([sleeper('web', ['restart: always']), sleeper('db')]);
	const scene = await trial.scene({
		yaml,
		bulk: 24,
		env: { DOCKER_HOST: engine.address },
		config: { local_backup: { COMPRESSION: 'max' }, docker: { UP_TIMEOUT: 15 } },
	});
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseStart('copy'));
	// Docker 20.10 does not start again when it is killed while it takes a network away, whoever asked for that.
	if (trial.isProduct) await running.waitFor(/"type":"command","tool":"docker"[^\n]*"down"/);
	await engine.crash();
	trial.noteKill();
	const outcome = await running.done;
	await trial.told(outcome, { words: [scene.app.name, /up|Docker/] });
	await engine.start();
	const recovered = await trial.recover(scene);
	await trial.holds('D', () => expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0));
	await trial.everything(scene);
});

// A volume of an engine elsewhere is read as a stream into restic, as a database dump would be.
fault(33, 'the stream of a volume ends half-way', async (trial) => {
	const engine = await engineProxy();
	const scene = await trial.scene({ env: { DOCKER_HOST: engine.address }, bare: true });
	const data = randomBytes(4_000_000).toString('base64');
	await compose(scene.app, ['exec', '-T', 'web', 'sh', '-c', 'cat > /data/dump'], { input: data });
	const before = (await snapshots(scene.host)).length;
	engine.cut(/^GET .*\/archive\b/, 1_000_000);
	const outcome = await trial.run(scene, ['backup']);
	engine.heal();
	if (trial.isProduct) expect(engine.cuts(), outcome.stdout + outcome.stderr).toBeGreaterThan(0);
	await trial.told(outcome, { words: [scene.app.name] });
	await trial.holds('B', async () => {
		// No part of a volume may look like a whole one.
		const parts = (await snapshots(scene.host)).filter(({ paths }) =>
			paths.some((path) => /\.tar$/.test(path)),
		);
		expect(parts).toEqual([]);
	});
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.holds('B', async () => expect((await snapshots(scene.host)).length).toBeGreaterThan(before));
	await trial.everything(scene);
});
