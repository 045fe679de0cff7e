import { join } from 'node:path';
import { projectNode, root } from '../setup/places.js';
import { succeeds } from './command.js';
import { testFiles } from './vitest.js';

/**
 * @typedef {{ passed: number, failed: number }} Count
 *
 * One part of `npm test`. `run` gets the time it may take in ms.
 * @typedef {{ title: string, run: (limitMs: number) => Promise<Count> }} Check
 */

/** @param {string} path below node_modules */
const inModules = (path) => join(root, 'node_modules', path);

/** All of `npm test`, the quick ones first. @type {readonly Check[]} */
export const checks = [
	{
		title: 'types',
		run: (limit) => succeeds(projectNode, [inModules('typescript/bin/tsc'), '--noEmit'], limit),
	},
	{
		title: 'format and lint',
		run: (limit) => succeeds(projectNode, [inModules('@biomejs/biome/bin/biome'), 'check', '.'], limit),
	},
	{ title: 'unit tests', run: (limit) => testFiles('unit', limit) },
	{ title: 'tests on real Docker, restic and rclone', run: (limit) => testFiles('real', limit) },
	{ title: 'the faults, in short', run: (limit) => testFiles('faults', limit) },
	{ title: 'the packages, installed and at work', run: (limit) => testFiles('package', limit) },
	{ title: 'compatibility: restic 0.14 and rclone 1.60', run: (limit) => testFiles('compat', limit) },
	{ title: 'compatibility: restic 0.18', run: (limit) => testFiles('debian13', limit) },
];
