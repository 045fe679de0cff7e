import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RemoteConfig } from '../../../source/config/types.ts';
import { createProcessRunner } from '../../../source/process/run.ts';
import { createRclone } from '../../../source/rclone/client.ts';
import type { EventBody } from '../../../source/runs/events.ts';
import type { SourceLock, SyncDeps, SyncedSnapshot } from '../../../source/services/sync/types.ts';
import type { Host } from '../rig/host.ts';
import { restic } from '../rig/restic.ts';
import { tools } from '../rig/tools.ts';

/** A remote's config with the product's defaults. */
export function remoteConfig(changes: Partial<RemoteConfig>): RemoteConfig {
	return {
		name: 'default',
		remote: '',
		path: 'backup/restic',
		transfers: 4,
		retries: 3,
		bandwidth: '',
		syncTimeoutSeconds: 120,
		maxDelete: '10%',
		deleteGraceDays: 14,
		checkMaxAgeDays: 7,
		extraOptions: [],
		command: [],
		rcloneConfig: '',
		copyPasswordFile: '',
		expectedHours: 24,
		...changes,
	};
}

export interface TestDeps extends SyncDeps {
	readonly events: EventBody[];
	/** Events of one type. */
	of<T extends EventBody['type']>(type: T): Extract<EventBody, { type: T }>[];
	/** Attempts that failed. */
	failedAttempts(): Extract<EventBody, { type: 'attempt' }>[];
	/** What the sync slept between attempts (ms). */
	readonly pauses: number[];
}

/** Real rclone, real files, plain restic behind the questions; pauses are noted, not slept. */
export function syncDeps(host: Host, changes: Partial<SyncDeps> = {}): TestDeps {
	const events: EventBody[] = [];
	const pauses: number[] = [];
	const emit = (event: EventBody) => void events.push(event);
	const runner = createProcessRunner({ cookie: host.name });
	mkdirSync(host.stateDir, { recursive: true });
	const of = <T extends EventBody['type']>(type: T) =>
		events.filter((event): event is Extract<EventBody, { type: T }> => event.type === type);
	return {
		events,
		pauses,
		of,
		failedAttempts: () => of('attempt').filter(({ problem }) => problem !== undefined),
		emit,
		runner,
		rclone: (remote) =>
			createRclone({
				runner,
				binary: tools.rclone,
				environment: host.env,
				settings: { ...remote, configFile: remote.rcloneConfig },
				...(changes.dryRun === true
					? {
							onDryRun: (argv: readonly string[]) =>
								emit({
									type: 'command',
									tool: 'rclone',
									argv: [...argv],
									exitCode: null,
									ms: 0,
									dryRun: true,
								}),
						}
					: {}),
			}),
		dryRun: false,
		clock: {
			now: () => Date.now(),
			sleep: async (ms) => {
				pauses.push(ms);
				await delay(10);
			},
		},
		random: Math.random,
		stateDir: host.stateDir,
		source: {
			directory: host.repository,
			display: host.repository,
			id: async () => await repositoryId(host, ['cat', 'config']),
			idAt: async (location) =>
				await repositoryId(host, ['-r', location, '-o', `rclone.program=${tools.rclone}`, 'cat', 'config']),
			snapshots: async () => await listSnapshots(host, []),
			snapshotsAt: async (location) =>
				await listSnapshots(host, ['-r', location, '-o', `rclone.program=${tools.rclone}`]),
			locks: async () => await readLocks(host),
			lastCheckAt: async () => Date.now(),
			check: async () => {
				const { code, stderr } = await restic(host, ['check', '-q'], { anyCode: true });
				return code === 0 ? [] : [stderr.trim()];
			},
			copyTo: async () => ({ snapshots: 0, id: 'copy' }),
		},
		shrinkAlarms: async () => [],
		lock: async () => ({ release: () => {} }),
		environment: host.env,
		...changes,
	};
}

async function repositoryId(host: Host, args: readonly string[]): Promise<string> {
	const env = { RCLONE_CONFIG: join(host.directory, 'rclone.conf') };
	const { stdout } = await restic(host, ['--no-lock', ...args], { env });
	return (JSON.parse(stdout) as { id: string }).id;
}

async function listSnapshots(host: Host, args: readonly string[]): Promise<SyncedSnapshot[]> {
	const env = { RCLONE_CONFIG: join(host.directory, 'rclone.conf') };
	const { stdout } = await restic(host, ['--no-lock', ...args, 'snapshots', '--json'], { env });
	const list = JSON.parse(stdout) as { id: string; time: string; hostname: string; original?: string }[];
	return list.map(({ id, time, hostname, original }) => ({
		id,
		time: Date.parse(time),
		hostname,
		origin: original ?? id,
	}));
}

async function readLocks(host: Host): Promise<SourceLock[]> {
	const { stdout } = await restic(host, ['--no-lock', 'list', 'locks', '-q']);
	const locks: SourceLock[] = [];
	for (const id of stdout.split('\n').filter(Boolean)) {
		const lock = await restic(host, ['--no-lock', 'cat', 'lock', id]);
		const { exclusive = false, pid } = JSON.parse(lock.stdout) as { exclusive?: boolean; pid: number };
		locks.push({ exclusive, description: `pid ${pid}` });
	}
	return locks;
}
