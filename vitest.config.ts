import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Tests that stand on the rig: real Docker, restic and rclone. */
const onTheRig = {
	globalSetup: ['test/real/rig/global-setup.ts'],
	fileParallelism: false,
	testTimeout: 180_000,
	hookTimeout: 180_000,
};

/** Real tests that drive restic or rclone, themselves or through the program: the age of these tools matters to them. */
const onAgingTools = globSync('test/real/**/*.test.ts').filter((file) =>
	/restic|rclone|runCli|startCli/i.test(readFileSync(file, 'utf8')),
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
					exclude: ['test/real/**', 'test/tui/real/**', 'test/package/**'],
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
					// What `npm run package` makes, installed where no Node and no checkout is.
					name: 'package',
					include: ['test/package/**/*.test.ts'],
					globalSetup: [...onTheRig.globalSetup, 'test/package/global-setup.ts'],
				},
			},
		],
	},
});
