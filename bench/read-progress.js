// Reads so many of restic's progress messages from a program, the way a backup does.
import { keepSmall } from '../source/process/keep-small.ts';

// Before the rest is loaded, as source/cli.ts does for a backup.
keepSmall();
const { createProcessRunner } = await import('../source/process/run.ts');
const { BackupReader } = await import('../source/restic/backup-messages.ts');

const wanted = Number(process.argv[2]);
const message = JSON.stringify({
	message_type: 'status',
	seconds_elapsed: 10,
	percent_done: 0.5,
	total_files: 10_000,
	files_done: 5000,
	total_bytes: 1e9,
	bytes_done: 5e8,
	current_files: ['/srv/stacks/app/data/some-file.bin'],
});
let seen = 0;
const reader = new BackupReader(() => {});
await createProcessRunner({ cookie: `bench-${process.pid}` }).run({
	tool: 'restic',
	file: 'sh',
	args: ['-c', `yes '${message}' | head -n ${wanted}`],
	env: { PATH: '/usr/bin:/bin' },
	timeoutMs: 600_000,
	onStdoutLine: (line) => {
		seen += 1;
		reader.line(line);
	},
	maxOutputBytes: 64 * 1024,
});
if (seen !== wanted) throw new Error(`${seen} of ${wanted} messages were read`);
