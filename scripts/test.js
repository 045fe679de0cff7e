// `npm test`: sets up what is missing, then runs all checks and tests. The last line is `N passed, N failed`.
import { checks } from './checks/checks.js';
import { main } from './setup/main.js';
import { setUp } from './setup/setup.js';

/** A bound, not the goal: a machine under load is slower, and a test that is cut tells nothing. */
const limitMinutes = 80;

await main([], async () => {
	const end = Date.now() + limitMinutes * 60_000;
	console.log('Setting up backup-tui and its tests');
	await setUp({ forTests: true });
	const total = { passed: 0, failed: 0 };
	const lines = [];
	for (const { title, run } of checks) {
		console.log(`\n== ${title}`);
		const started = Date.now();
		const { passed, failed } = await run(Math.max(1000, end - started));
		total.passed += passed;
		total.failed += failed;
		const seconds = ((Date.now() - started) / 1000).toFixed(0);
		lines.push(
			`${failed === 0 ? 'ok    ' : 'FAILED'}  ${title}: ${passed} passed, ${failed} failed (${seconds} s)`,
		);
	}
	console.log(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
	return total.failed === 0 ? 0 : 1;
});
