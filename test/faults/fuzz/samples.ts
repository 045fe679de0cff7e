import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { dockerLines, type Host, rclone, restic, testImage } from '../../real/rig/index.ts';
import type { Scene } from '../suite/scene.ts';

const lines = (text: string) => text.split('\n').filter((line) => line !== '');

/** What real tools and the product wrote: the fuzzing begins from these. */
export interface Samples {
	readonly config: readonly string[];
	readonly dirlist: readonly string[];
	readonly resticBackup: readonly string[];
	readonly resticSnapshots: readonly string[];
	readonly rcloneLog: readonly string[];
	readonly dockerContainers: string;
	readonly dockerInspect: string;
	/** Answers to what has one object as its answer: version, info, volume, image. */
	readonly dockerObjects: readonly string[];
	readonly dockerImages: string;
	readonly events: string;
	readonly history: string;
	readonly run: string;
	readonly manifest: string;
}

export async function takeSamples(scene: Scene): Promise<Samples> {
	const { host } = scene;
	const backup = await restic(host, ['backup', '--json', scene.app.directory]);
	const snapshots = await restic(host, ['snapshots', '--json']);
	const copied = await rclone(host, [
		'copy',
		'--use-json-log',
		'-v',
		host.stacksDir,
		join(host.directory, 'x'),
	]);
	const runs = join(host.stateDir, 'runs');
	const run = join(runs, readdirSync(runs).sort().at(-1) ?? '');
	const [id = ''] = scene.earlier.keys();
	const manifest = await restic(host, ['dump', id, '/.backup-tui/manifest.json']);
	return {
		config: [scene.files.config, readFileSync('config.example.ini', 'utf8')],
		dirlist: ['# by hand\na=true\n-b = false # off\n"c d"=true\n/srv/x=true\r\n', scene.files.dirlist],
		resticBackup: lines(backup.stdout),
		resticSnapshots: [
			snapshots.stdout,
			...(JSON.parse(snapshots.stdout) as object[]).map((one) => JSON.stringify(one)),
		],
		rcloneLog: lines(copied.stderr),
		dockerContainers: await containersOverSocket(host),
		dockerObjects: [
			await overSocket('/version'),
			await overSocket('/info'),
			await overSocket(`/volumes/${scene.app.project}_data`),
			await overSocket(`/images/${testImage}/json`),
		],
		dockerImages: await overSocket(`/images/json?filters={"reference":["${testImage}"]}`),
		dockerInspect: (
			await dockerLines(host, [
				'inspect',
				...(await dockerLines(host, ['ps', '-q', '--filter', `name=${host.name}`])).slice(0, 1),
			])
		)
			.join('\n')
			.replace(/^\[|\]$/g, ''),
		events: readFileSync(join(run, 'events.ndjson'), 'utf8'),
		history: readFileSync(join(host.stateDir, 'history.ndjson'), 'utf8'),
		run: readFileSync(join(run, 'run.json'), 'utf8'),
		manifest: manifest.stdout,
	};
}

async function overSocket(path: string): Promise<string> {
	return await new Promise<string>((resolve, reject) => {
		const call = request({ socketPath: '/var/run/docker.sock', path: encodeURI(path) }, (response) => {
			let body = '';
			response.setEncoding('utf8').on('data', (chunk: string) => {
				body += chunk;
			});
			response.on('end', () => resolve(body));
		});
		call.on('error', reject);
		call.end();
	});
}

async function containersOverSocket(host: Host): Promise<string> {
	const text = await overSocket('/containers/json?all=1');
	const mine = (JSON.parse(text) as { Names: string[] }[]).filter(({ Names }) =>
		Names.join().includes(host.name),
	);
	return JSON.stringify(mine);
}
