import type { ConfigProblem } from './loaded.ts';

/** A problem in one line: `line 12, [docker] DOCKER_TIMEOUT: must be ...`. The hint is left to the caller. */
export function formatProblem(problem: ConfigProblem): string {
	const where = [
		...(problem.line === undefined ? [] : [`line ${problem.line}`]),
		...(problem.section === undefined ? [] : [`[${problem.section}]`]),
	].join(', ');
	const place = [where, problem.key].filter((part) => part !== undefined && part !== '').join(' ');
	return place === '' ? problem.message : `${place}: ${problem.message}`;
}
