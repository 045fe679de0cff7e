import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectNode, root } from '../setup/places.js';
import { watch } from './command.js';

/**
 * What is used of vitest's JSON report.
 *
 * @typedef {{ status: string, assertionResults: readonly { status: string, fullName: string }[] }} TestFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, testResults: readonly TestFile[] }} Report
 */

/**
 * Runs one vitest project and counts its tests.
 *
 * @param {string} project
 * @param {number} limitMs
 * @returns {Promise<import('./checks.js').Count>}
 */
export async function testFiles(project, limitMs) {
	const directory = mkdtempSync(join(tmpdir(), 'backup-tui-checks-'));
	const file = join(directory, 'report.json');
	const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
	const ok = await watch(projectNode, [vitest, 'run', '--project', project, ...reporters], limitMs);
	const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
	rmSync(directory, { recursive: true, force: true });
	return count(report, ok);
}

/**
 * Passed and failed tests. A file that could not be loaded counts as a failed test, and so does a run that failed
 * without a failed test, ran no test at all or left no report: nothing green comes from nothing.
 *
 * @param {Report | undefined} report
 * @param {boolean} ok whether vitest itself ended well
 * @returns {import('./checks.js').Count}
 */
export function count(report, ok) {
	if (report === undefined) return { passed: 0, failed: 1 };
	const brokenFiles = report.testResults.filter(
		({ status, assertionResults }) =>
			status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
	);
	const passed = report.numPassedTests;
	const failed = report.numFailedTests + brokenFiles.length;
	const suspicious = failed === 0 && (!ok || passed === 0);
	return { passed, failed: suspicious ? 1 : failed };
}
