import { defineConfig } from 'vitest/config';

/** Tests that stand on the rig: real Docker, restic and rclone. */
const onTheRig = {
	globalSetup: ['test/real/rig/global-setup.ts'],
	fileParallelism: false,
	testTimeout: 180_000,
	hookTimeout: 180_000,
};

export default defineConfig({
	test: {
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/**/*.test.{ts,tsx}'],
					exclude: ['test/real/**', 'test/tui/real/**'],
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
					// The same tests with the restic and rclone of Debian 12.
					name: 'compat',
					include: ['test/real/**/*.test.ts'],
					env: { BACKUP_TUI_TEST_TOOLS: 'old' },
				},
			},
		],
	},
});
