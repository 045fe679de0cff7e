import { describe, expect, test } from 'vitest';
import { count } from '../../scripts/checks/vitest.js';

const passedTest = { status: 'passed', fullName: 'a' };
const failedTest = { status: 'failed', fullName: 'b' };

describe('counting tests from a report', () => {
	test('passed and failed tests', () => {
		const report = {
			numPassedTests: 3,
			numFailedTests: 1,
			testResults: [{ status: 'failed', assertionResults: [passedTest, failedTest] }],
		};
		expect(count(report, false)).toEqual({ passed: 3, failed: 1 });
	});

	test('a file that could not be loaded is a failure', () => {
		const report = {
			numPassedTests: 3,
			numFailedTests: 0,
			testResults: [{ status: 'failed', assertionResults: [] }],
		};
		expect(count(report, false)).toEqual({ passed: 3, failed: 1 });
	});

	test('no report, a bad end or no test at all is never green', () => {
		const none = { numPassedTests: 0, numFailedTests: 0, testResults: [] };
		const good = { numPassedTests: 2, numFailedTests: 0, testResults: [] };
		expect(count(undefined, true)).toEqual({ passed: 0, failed: 1 });
		expect(count(none, true)).toEqual({ passed: 0, failed: 1 });
		expect(count(good, false)).toEqual({ passed: 2, failed: 1 });
		expect(count(good, true)).toEqual({ passed: 2, failed: 0 });
	});
});
