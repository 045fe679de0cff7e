import { defineConfig } from 'vitest/config';

/** Tests that stand on the rig: real Docker, restic and rclone. */
const onTheRig = {
	globalSetup: ['test/real/rig/global-setup.ts'],
	// Most of their time is waiting for containers: three files at a time on two cores.
	maxWorkers: 3,
	// Real programs race on a busy machine; what is broken fails twice.
	retry: 1,
	// A restic that is asked for its locks needs half a second of a core for its key alone.
	expect: { poll: { timeout: 30_000 } },
	testTimeout: 180_000,
	hookTimeout: 180_000,
};

/** The compatibility set: what behaves differently with restic 0.14 and rclone 1.60. */
const onAgingTools = [
	'backup',
	'gate',
	'refusals',
	'repository-*',
	'restic-*',
	'restore-files',
	'restore-keeps',
	'restore-repository',
	'sync',
	'sync-guards',
	'sync-remotes',
].map((name) => `test/real/${name}.test.ts`);

/** What this program leans on that a version of restic may do differently: the gate, streams, exit codes, a restore. */
const onDebian13 = ['gate', 'restic-backup', 'restic-errors', 'restore-streams'].map(
	(name) => `test/real/${name}.test.ts`,
);

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'unit',
					// Tests with made-up inputs take long on a busy machine.
					testTimeout: 30_000,
					include: ['test/**/*.test.{ts,tsx}'],
					exclude: ['test/real/**', 'test/tui/real/**', 'test/package/**', 'test/faults/**'],
				},
			},
			{
				test: {
					...onTheRig,
					name: 'real',
					include: ['test/real/**/*.test.ts', 'test/tui/real/**/*.test.ts'],
				},
			},
			{
				test: {
					...onTheRig,
					// Again with the restic and rclone of Debian 12.
					name: 'compat',
					include: onAgingTools,
					env: { BACKUP_TUI_TEST_TOOLS: 'old' },
				},
			},
			{
				test: {
					...onTheRig,
					name: 'debian13',
					include: onDebian13,
					env: { BACKUP_TUI_TEST_TOOLS: 'debian13' },
				},
			},
			{
				test: {
					...onTheRig,
					// What `npm run package` makes, installed where no Node and no checkout is.
					name: 'package',
					include: ['test/package/**/*.test.ts'],
					globalSetup: [...onTheRig.globalSetup, 'test/package/global-setup.ts'],
				},
			},
			{
				test: {
					...onTheRig,
					// The faults; `npm run faults` starts it and makes a table of what it leaves.
					name: 'faults',
					include: ['test/faults/cases/*.test.ts'],
					fileParallelism: true,
				},
			},
		],
	},
});
