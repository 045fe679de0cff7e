import { expect, test } from 'vitest';
import { BackupReader } from '../../source/restic/backup-messages.ts';
import type { BackupProgress } from '../../source/restic/types.ts';

test('noise, cut lines and unknown messages are passed over', () => {
	const reader = new BackupReader();
	for (const line of [
		'',
		'open repository',
		'{"message_type":"summ',
		'[1,2]',
		'null',
		'{"message_type":"new_in_2030","x":1}',
		'{}',
		'{"message_type":"summary","files_new":2,"total_bytes_processed":3,"snapshot_id":"abcd"}',
	])
		reader.line(line);
	expect(reader.snapshotId).toBe('abcd');
	expect(reader.summary).toMatchObject({ filesNew: 2, totalBytes: 3, filesChanged: 0 });
	expect(reader.errorCount).toBe(0);
});

test('errors of both ages are told, and a source that was not there', () => {
	const reader = new BackupReader();
	reader.line(
		'{"message_type":"error","error":{"message":"open u: denied"},"during":"archival","item":"/srv/u"}',
	);
	reader.line(
		'{"message_type":"error","error":{"Op":"open","Path":"u","Err":13},"during":"archival","item":"/srv/v"}',
	);
	reader.line('{"message_type":"error","error":{},"during":"archival","item":"/srv/w"}');
	reader.line('/srv/gone does not exist, skipping');
	expect(reader.errors).toEqual([
		{ path: '/srv/u', message: 'open u: denied', during: 'archival' },
		{ path: '/srv/v', message: 'open: permission denied', during: 'archival' },
		{ path: '/srv/w', message: 'could not be read', during: 'archival' },
		{ path: '/srv/gone', message: 'does not exist', during: 'scan' },
	]);
	expect(reader.missingSources).toBe(1);
});

test('progress without sense has no estimate', () => {
	const seen: BackupProgress[] = [];
	let now = 0;
	const later = () => {
		now += 1000;
		return now;
	};
	const reader = new BackupReader((progress) => seen.push(progress), undefined, later);
	reader.line('{"message_type":"status","seconds_remaining":9223372036854775808,"total_bytes":100}');
	reader.line('{"message_type":"status","seconds_remaining":5,"bytes_done":-1,"current_files":["/a",7]}');
	expect(seen[0]).toEqual({ bytesDone: 0, bytesTotal: 100, filesDone: 0, filesTotal: 0, currentFiles: [] });
	expect(seen[1]).toMatchObject({ secondsLeft: 5, bytesDone: 0, currentFiles: ['/a'] });
});

test('of progress told faster than anybody can look, twenty a second are taken', () => {
	let now = 0;
	let seen = 0;
	const count = () => {
		seen += 1;
	};
	const reader = new BackupReader(count, undefined, () => now);
	for (; now < 1000; now += 1) reader.line('{"message_type":"status","bytes_done":1}');
	expect(seen).toBe(20);
	reader.line('{"message_type":"summary","snapshot_id":"abc"}');
	expect(reader.snapshotId).toBe('abc');
});

test('a million messages and errors leave memory flat', () => {
	const reader = new BackupReader();
	const status = '{"message_type":"status","percent_done":0.5,"total_files":9,"current_files":["/a","/b"]}';
	const error = '{"message_type":"error","error":{"message":"x"},"during":"archival","item":"/a"}';
	const before = process.memoryUsage().heapUsed;
	for (let index = 0; index < 500_000; index += 1) {
		reader.line(status);
		reader.line(error);
	}
	expect(reader.errorCount).toBe(500_000);
	expect(reader.errors).toHaveLength(1_000);
	expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * 1024 * 1024);
});
