import type { Config } from '../../config/types.ts';
import type { Engine } from '../../stacks/engine.ts';
import { slowHealthOfAll } from '../../stacks/slow-health.ts';
import { type Check, fine } from './run-checks.ts';

/** Whether a health check that other services wait for may outlast the time a start gets. */
export function slowHealthCheck(config: Config, engine: () => Promise<Engine>): Check {
	const { upTimeoutSeconds } = config.docker;
	return {
		id: 'health-checks',
		title: 'health checks',
		run: async () => {
			// That Docker does not answer is a finding of its own.
			const slow = await engine()
				.then((found) => slowHealthOfAll(found, upTimeoutSeconds))
				.catch(() => undefined);
			if (slow === undefined) return fine('not looked at: Docker does not answer');
			if (slow.length === 0) return fine(`all within UP_TIMEOUT (${upTimeoutSeconds} s)`);
			return slow.map((detail) => ({
				level: 'warn' as const,
				detail,
				fix: 'raise UP_TIMEOUT in [docker], or shorten the start period',
			}));
		},
	};
}
