import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFeatures } from '../../../source/rclone/features.ts';
import { CheckLines, parseHashLine, parseSpace } from '../../../source/rclone/results.ts';
import { describeEvent } from '../../../source/runs/describe.ts';
import { EventReader } from '../../../source/runs/follow.ts';
import { createLocks } from '../../../source/runs/locks.ts';
import { createHeldBackList } from '../../../source/services/backup/shrink.ts';
import { parseKit } from '../../../source/services/recovery-kit/contents.ts';
import { isCheckDue, nextShare, readLastCheck } from '../../../source/services/repository-check.ts';
import { readMarker } from '../../../source/services/restore-repository/target.ts';
import type { Reader } from './readers.ts';
import type { Samples } from './samples.ts';

const heldBack = {
	v: 1,
	stacks: [
		{
			stack: 'app',
			since: '2026-01-01T00:00:00.000Z',
			good: { snapshot: 'abc', files: 10, bytes: 100_000 },
			shrunk: { snapshot: 'def', files: 1, bytes: 10 },
		},
	],
};
const lastCheck = {
	v: 1,
	repository: 'abc',
	at: '2026-01-01T00:00:00.000Z',
	ok: true,
	nextPart: 2,
	parts: 20,
};
const lockOwner = {
	pid: 4194999,
	startTime: 1,
	bootId: 'x',
	command: 'backup',
	run: '20260101-000000-abcd',
	mode: 'exclusive',
	since: '2026-01-01T00:00:00.000Z',
};
const kit = {
	v: 1,
	repository: { location: '/srv/restic', id: 'a'.repeat(64), password: 'x' },
	remotes: [{ name: 'default', place: 'b2:x' }],
	files: [{ path: '/etc/backup-tui/config.ini', text: '' }],
};

/** What the program itself keeps between runs, and the smaller answers of rclone. */
export function stateReaders(samples: Samples, directory: string): readonly Reader[] {
	const put = (name: string, text: string) => {
		mkdirSync(join(directory, name, '..'), { recursive: true });
		writeFileSync(join(directory, name), text);
	};
	const held = createHeldBackList(directory);
	const locks = createLocks(join(directory, 'locks'));
	return [
		{
			name: 'held back snapshots',
			samples: [JSON.stringify(heldBack)],
			weight: 4,
			read: (text) => {
				put('held-back.json', text);
				held.get('app');
				held.put({ ...heldBack.stacks[0], stack: 'other' } as (typeof heldBack.stacks)[0]);
			},
		},
		{
			name: 'last check',
			samples: [JSON.stringify(lastCheck)],
			weight: 3,
			read: (text) => {
				put('last-check.json', text);
				const last = readLastCheck(directory);
				isCheckDue(last, 'abc', 7, Date.now());
				nextShare(last, 5);
			},
		},
		{
			name: 'lock files',
			samples: [JSON.stringify(lockOwner)],
			weight: 3,
			read: (text) => {
				put('locks/stacks.d/1-1.json', text);
				locks.owners('stacks');
			},
		},
		{
			name: 'events of a run',
			samples: samples.events.split('\n').filter((line) => line !== ''),
			weight: 10,
			read: (text) => {
				put('events.ndjson', `${text}\n`);
				const reader = new EventReader(join(directory, 'events.ndjson'));
				try {
					for (const event of reader.read()) describeEvent(event);
				} finally {
					reader.close();
				}
			},
		},
		{
			name: 'recovery kit',
			samples: [JSON.stringify(kit)],
			weight: 3,
			read: (text) => parseKit(text).files.map(({ path }) => path.length),
		},
		{
			name: 'marker of a restore',
			samples: ['{"v":1,"from":"b2:x","since":"2026-01-01T00:00:00.000Z"}'],
			weight: 2,
			read: (text) => {
				put('.backup-tui-restore.json', text);
				readMarker(directory);
			},
		},
		{
			name: 'answers of rclone',
			samples: [
				'{"total":1000,"used":10,"free":990}',
				'{"Name":"local","Hashes":["md5","sha1"],"Features":{"Move":true,"About":true,"PartialUploads":true}}',
				`${'a'.repeat(64)}  data/aa/${'b'.repeat(64)}`,
				`* data/aa/${'b'.repeat(64)}`,
			],
			weight: 5,
			read: (text) => {
				parseSpace(text);
				parseFeatures(text);
				parseHashLine(text);
				new CheckLines().add(text);
			},
		},
	];
}
