import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { importOlder } from '../../../source/config/import-older.ts';
import { BackupTuiError } from '../../../source/errors.ts';
import { classifyFailure } from '../../../source/rclone/classify.ts';
import { parseListLine } from '../../../source/rclone/listing.ts';
import { parseMessage as rcloneMessage } from '../../../source/rclone/messages.ts';
import { parseFileError, parseSummary } from '../../../source/restic/backup-messages.ts';
import { findJson, isArray, isObject, parseMessage } from '../../../source/restic/messages.ts';
import { parseSnapshot } from '../../../source/restic/snapshot.ts';
import { readHistory } from '../../../source/runs/history.ts';
import { openJournal } from '../../../source/runs/journal.ts';
import { listRuns } from '../../../source/runs/run-files.ts';
import type { Manifest } from '../../../source/services/backup/manifest.ts';
import { owedStacks } from '../../../source/services/downtime/recover.ts';
import { unfinishedError } from '../../../source/services/downtime/unfinished.ts';
import { parseKit } from '../../../source/services/recovery-kit/contents.ts';
import { placesOf } from '../../../source/services/recovery-kit/unpack.ts';
import { copyCompose } from '../../../source/services/restore/compose-copy.ts';
import { pickVariables } from '../../../source/services/restore/env-file.ts';
import { externalsOf } from '../../../source/services/restore/externals.ts';
import { imageNeeds } from '../../../source/services/restore/images.ts';
import { inventoryOfManifest } from '../../../source/services/restore/live-stack.ts';
import { needsOf } from '../../../source/services/restore/order-stacks.ts';
import { namesOfPart, notInSnapshot, partsOfManifest } from '../../../source/services/restore/parts.ts';
import { parseManifest } from '../../../source/services/restore/read-manifest.ts';
import { readRemoteState } from '../../../source/services/sync/remote-state.ts';
import {
	dirlistDamage,
	dirlistEntries,
	dirlistProblems,
	parseDirlist,
	serializeDirlist,
} from '../../../source/stacks/dirlist.ts';
import type { Engine } from '../../../source/stacks/engine.ts';
import { examine } from '../../config/examine.ts';
import type { Samples } from './samples.ts';
import { spoiltJson } from './spoil-json.ts';
import { stateReaders } from './state-readers.ts';

/** A part of the product that reads what others wrote. */
export interface Reader {
	readonly name: string;
	readonly samples: readonly string[];
	/** Share of all inputs. */
	readonly weight: number;
	read(text: string): unknown;
}

/** Lets errors of the program's own pass: they are answers. */
function onlyOwnErrors(error: unknown): void {
	if (!(error instanceof BackupTuiError)) throw error;
}

/** What is done with a manifest that was accepted: none of it may fall over what stands in it. */
function useManifest(manifest: Manifest): void {
	const recorded = inventoryOfManifest(manifest);
	for (const part of partsOfManifest(manifest, 'abc', [])) namesOfPart(part);
	notInSnapshot(manifest);
	externalsOf(manifest);
	if (recorded !== undefined) imageNeeds(manifest, recorded);
	const configs = manifest.composeConfigs.map(({ config }) => config);
	needsOf('app', configs);
	const places = { project: 'copy', from: '/srv/app', to: '/srv/copy', moved: new Map(), built: new Map() };
	for (const config of configs) stringify(copyCompose(config, { ...places, publish: [] }).config);
}

const recoveryKit = JSON.stringify({
	v: 1,
	createdAt: '2026-01-01T00:00:00.000Z',
	program: 'backup-tui 1',
	host: 'nas',
	repository: { location: '/srv/backup', id: 'a'.repeat(64), password: 'secret' },
	remotes: [{ name: 'default', place: 'nas:backup' }],
	files: [{ path: '/etc/backup-tui/config.ini', what: 'the configuration', text: '[docker]\n' }],
});

const runId = '20260101-000000-abcd';

/** @param directory a place for files @param engine one that answers with the text it was last given */
export function readers(
	samples: Samples,
	directory: string,
	engine: { answer(text: string): void; readonly client: Engine },
): readonly Reader[] {
	const journal = openJournal<object>(join(directory, 'journal'));
	for (const name of ['journal', `runs/${runId}`, 'remotes'])
		mkdirSync(join(directory, name), { recursive: true });
	const file = (name: string, text: string) => writeFileSync(join(directory, name), text);
	const journalEntry = JSON.stringify({
		v: 1,
		stack: 'app',
		name: 'app',
		run: runId,
		owner: { pid: 4194999, startTime: 1, bootId: 'x' },
		writtenAt: '2026-01-01T00:00:00.000Z',
		method: 'down',
		timeoutSeconds: 10,
		inventory: { version: 1, containers: [], projects: [] },
		incomplete: { what: 'restore', since: '2026-01-01', snapshot: 'abc', start: true },
	});
	return [
		{ name: 'config.ini', samples: samples.config, weight: 12, read: (text) => examine(text) },
		{ name: 'older config', samples: samples.config, weight: 3, read: (text) => importOlder(text, '/etc') },
		{
			name: 'dirlist',
			samples: samples.dirlist,
			weight: 20,
			read: (text) => {
				const bytes = Buffer.from(text, 'latin1');
				const document = parseDirlist(bytes);
				dirlistEntries(document);
				dirlistProblems(document);
				// What cannot be given back byte for byte is called damaged, and never written over.
				if (dirlistDamage(bytes) === undefined && !serializeDirlist(document).equals(bytes))
					throw new Error('the dirlist would be changed by reading it');
			},
		},
		{
			name: 'restic lines',
			samples: samples.resticBackup,
			weight: 25,
			read: (text) => {
				const message = parseMessage(text);
				if (message === undefined) return;
				parseSummary(message);
				parseFileError(message);
			},
		},
		{
			name: 'restic snapshots',
			samples: samples.resticSnapshots,
			weight: 15,
			read: (text) => {
				for (const one of findJson(text, isArray) ?? []) if (isObject(one)) parseSnapshot(one, Date.now());
				const single = findJson(text, isObject);
				if (single !== undefined) parseSnapshot(single, Date.now());
			},
		},
		{
			name: 'rclone lines',
			samples: samples.rcloneLog,
			weight: 25,
			read: (text) => {
				const message = rcloneMessage(text);
				parseListLine(text);
				classifyFailure({ exitCode: 1, timedOut: false, aborted: false, text: message?.text ?? text });
			},
		},
		{
			name: 'journal',
			samples: [journalEntry],
			weight: 6,
			read: (text) => {
				file('journal/one.json', text);
				const { entries, damaged } = journal.read();
				if (entries.length + damaged.length !== 1) throw new Error('a journal file was passed over');
				for (const entry of owedStacks(journal)) unfinishedError(entry);
			},
		},
		{
			name: 'run files',
			samples: [samples.run],
			weight: 6,
			read: (text) => {
				file(`runs/${runId}/run.json`, text);
				file(`runs/${runId}/summary.json`, text);
				listRuns(directory);
			},
		},
		{
			name: 'history',
			samples: [samples.history],
			weight: 6,
			read: (text) => {
				file('history.ndjson', text);
				readHistory(directory);
			},
		},
		{
			name: 'state of a remote',
			samples: [
				'{"version":1,"history":[{"at":"2026-01-01","ok":true}],"snapshots":["abc"],"lastSuccess":"2026-01-01"}',
			],
			weight: 4,
			read: (text) => {
				file('remotes/default.json', text);
				readRemoteState(directory, 'default');
			},
		},
		{
			name: 'manifest',
			samples: [samples.manifest, ...spoiltJson(samples.manifest)],
			weight: 10,
			read: (text) => useManifest(parseManifest(text)),
		},
		{
			name: 'recovery kit',
			samples: [recoveryKit, ...spoiltJson(recoveryKit)],
			weight: 2,
			read: (text) => placesOf(parseKit(text), '/tmp/kit'),
		},
		{
			name: 'env file of a stack',
			samples: ['A=1\nexport B="x ${A}\n y"\n# c\nC=\'q\n\'\nA: 2\n'],
			weight: 2,
			read: (text) => pickVariables(text, ['A', 'B', 'C']),
		},
		{
			name: "Docker's list of containers",
			samples: [samples.dockerContainers],
			weight: 6,
			read: async (text) => {
				engine.answer(text);
				await engine.client.listContainers();
			},
		},
		{
			name: "Docker's details of a container",
			samples: [samples.dockerInspect],
			weight: 6,
			read: async (text) => {
				engine.answer(text);
				await engine.client.inspectContainers(['abc']);
			},
		},
		{
			name: "Docker's list of images",
			samples: [samples.dockerImages],
			weight: 3,
			read: async (text) => {
				engine.answer(text);
				await engine.client.listImages();
			},
		},
		{
			name: "Docker's version, info, volume, image",
			samples: samples.dockerObjects,
			weight: 6,
			read: async (text) => {
				engine.answer(text);
				for (const ask of [
					() => engine.client.info(),
					() => engine.client.inspectVolume('data'),
					() => engine.client.inspectImage('busybox'),
				])
					await ask().catch(onlyOwnErrors);
			},
		},
		...stateReaders(samples, directory),
	];
}
