import { defineConfig } from 'vitest/config';

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
					// Real Docker, restic and rclone: one file at a time, they share one engine.
					name: 'real',
					globalSetup: ['test/real/rig/global-setup.ts'],
					include: ['test/real/**/*.test.ts', 'test/tui/real/**/*.test.ts'],
					fileParallelism: false,
					testTimeout: 180_000,
					hookTimeout: 180_000,
				},
			},
		],
	},
});
