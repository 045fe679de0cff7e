import type { CommandDefinition } from './definition.ts';

/** Stage 2 and 3: the off-site copy, and the way back. */
export const offSiteCommands: readonly CommandDefinition[] = [
	{
		name: 'sync',
		summary: 'Mirror the repository to the remotes, guarded',
		arguments: [
			{ name: 'REMOTE', completes: 'remotes', summary: 'Remotes by name; without any, all', variadic: true },
		],
		flags: [
			{ name: 'test', type: 'boolean', summary: 'Only test: exists, reachable, writable, space' },
			{ name: 'bwlimit', type: 'string', value: 'RATE', summary: "Bandwidth, as rclone's --bwlimit" },
			{ name: 'max-delete', type: 'string', value: 'N|N%', summary: 'Most deletions in this sync' },
			{
				name: 'accept-foreign',
				type: 'boolean',
				summary: 'Let snapshots leave the remote that were not forgotten here',
			},
			{
				name: 'new-place',
				type: 'boolean',
				summary: 'Start anew at a destination that is empty or on another disk',
			},
		],
		examples: [
			{ command: 'sync', summary: 'Bring every remote up to date' },
			{ command: 'sync --test', summary: 'See whether the remotes can be reached and written' },
			{ command: 'sync --max-delete 40%', summary: 'Let the remote shrink this much, this once' },
		],
	},
	{
		name: 'restore',
		summary: 'Bring back the repository, a stack, a volume or a file',
		description: [
			'Without --stack or --all: fetches the repository from a remote into PATH and checks it.',
			'With --stack: brings back the data of a snapshot. Say where: --target (a folder), --in-place (over the live data) or --as (a second stack).',
		],
		arguments: [
			{
				name: 'PATH',
				completes: 'directory',
				summary: 'Folder for the repository, with a slash: ./NAME (default: a dated one; asks first)',
			},
		],
		flags: [
			{
				name: 'remote',
				type: 'string',
				value: 'NAME',
				completes: 'remotes',
				summary: 'The remote to fetch from',
			},
			{
				name: 'force',
				type: 'boolean',
				summary: 'Allow a directory that is not empty; deletes nothing foreign',
			},
			{
				name: 'read-data',
				type: 'integer',
				value: 'PERCENT',
				min: 1,
				max: 100,
				optionalValue: true,
				summary: 'Without --stack: let restic read so much of the data too',
			},
			{
				name: 'stack',
				type: 'string',
				value: 'NAME',
				completes: 'known-stacks',
				summary: 'Restore the data of this stack',
			},
			{
				name: 'snapshot',
				type: 'string',
				value: 'ID|DATE|latest',
				completes: 'snapshots',
				summary: 'Which snapshot',
			},
			{
				name: 'volume',
				type: 'string',
				value: 'NAME',
				completes: 'volumes',
				multiple: true,
				summary: 'Only this volume',
			},
			{ name: 'into', type: 'string', value: 'VOLUME', summary: 'Put the volume into another one' },
			{ name: 'include', type: 'string', value: 'PATH', multiple: true, summary: 'Only this file or folder' },
			{
				name: 'target',
				type: 'string',
				value: 'DIR',
				completes: 'directory',
				summary: 'Files only, into this directory',
			},
			{ name: 'in-place', type: 'boolean', summary: 'Over the live data, after a safety snapshot' },
			{ name: 'delete', type: 'boolean', summary: 'With --in-place: also delete what the snapshot has not' },
			{ name: 'start', type: 'boolean', summary: 'With --in-place: start it though it is off now' },
			{
				name: 'create-external',
				type: 'boolean',
				summary: 'Make external networks and volumes that are not there',
			},
			{ name: 'as', type: 'string', value: 'NAME', summary: 'As a second stack of this name' },
			{
				name: 'publish',
				type: 'string',
				value: 'HOST:PORT',
				multiple: true,
				summary: 'With --as: a port of the host for a port of the stack',
			},
			{ name: 'stdout', type: 'boolean', summary: 'One file to standard output; a folder or volume as tar' },
			{ name: 'from-remote', type: 'boolean', summary: 'Straight from the off-site copy' },
			{ name: 'rollback', type: 'boolean', summary: 'Go back if the stack does not come up healthy' },
			{ name: 'all', type: 'boolean', summary: 'Every stack: the day of disaster' },
		],
		examples: [
			{
				command: 'restore --yes',
				summary: 'The repository from the remote, into a dated directory, verified',
			},
			{
				command: 'restore /srv/backup --remote nas',
				summary: 'From one of several remotes, into a new directory',
			},
			{
				command: 'restore --stack immich --target /tmp/immich',
				summary: 'The files of the latest snapshot, beside the live data',
			},
			{
				command: 'restore --stack immich --in-place --snapshot 2026-01-31 --dry-run',
				summary: 'What would change; without --dry-run it is done, after a safety snapshot',
			},
			{
				command: 'restore --stack web --include html/index.html --stdout > index.html',
				summary: 'One file',
			},
		],
	},
	{
		name: 'recovery-kit',
		summary: 'Write one encrypted file with what a bare machine needs, or open one',
		description: [
			'The kit holds the configuration, the dirlist, the repository password and id, and the rclone remotes with their keys, encrypted with a passphrase.',
			'Keep it away from this machine, from the remote it opens, and from its passphrase.',
		],
		arguments: [{ name: 'PATH', completes: 'file', summary: 'File to write; `-` for standard output' }],
		flags: [
			{
				name: 'open',
				type: 'string',
				value: 'FILE',
				completes: 'file',
				summary: 'Open a kit and write its files where they were',
			},
			{
				name: 'to',
				type: 'string',
				value: 'DIR',
				completes: 'directory',
				summary: 'With --open: all files into this directory',
			},
			{
				name: 'passphrase-file',
				type: 'string',
				value: 'FILE',
				completes: 'file',
				summary: 'Read the passphrase from a file instead of asking',
			},
		],
		examples: [
			{ command: 'recovery-kit /mnt/stick/kit.txt', summary: 'Make one' },
			{ command: 'recovery-kit --open /mnt/stick/kit.txt', summary: 'On the new machine' },
		],
	},
	{
		name: 'drill',
		planned: true,
		summary: 'Prove a restore in isolation',
		arguments: [{ name: 'STACK', summary: 'Stacks by name', variadic: true }],
	},
];
