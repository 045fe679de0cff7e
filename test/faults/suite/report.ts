import { type FaultResult, survived } from './results.ts';

/** What the head of the table says. */
export interface ReportFacts {
	/** ISO date. */
	readonly date: string;
	readonly seed: number;
	readonly full: boolean;
	/** Names with versions. */
	readonly tools: readonly string[];
	/** Number of faults in the catalogue. */
	readonly of: number;
}

/** What was lost, in words: the letters of the page. */
export const letterMeanings = {
	A: 'the stacks are as they were before (running set, images, scale, volumes), or `recover` makes them so',
	B: 'every earlier snapshot restores byte for byte',
	C: 'the remote passes `restic check --read-data`, and its latest snapshot restores',
	D: 'a failure has its exit code, and names the stack and the step; a harmless fault passes with 0',
	E: 'no stray process, lock, temporary file, helper container or password is left',
	F: 'config and dirlist are byte for byte unchanged',
} as const;

/** @returns "N of 40 faults survived, nothing lost", or what was lost */
export function headline(results: readonly FaultResult[], of: number): string {
	const good = results.filter(survived);
	const lost = results.filter((result) => !survived(result)).map(({ number }) => number);
	const missing = of - results.length;
	const rest = [
		...(lost.length === 0 ? ['nothing lost'] : [`lost: ${lost.join(', ')}`]),
		...(missing === 0 ? [] : [`${missing} not run`]),
	];
	return `${good.length} of ${of} faults survived, ${rest.join('; ')}`;
}

const sum = (results: readonly FaultResult[], key: 'kills' | 'failures') =>
	results.reduce((total, result) => total + result[key], 0);

/** One line per fault for a terminal. */
export function terminalLine(result: FaultResult): string {
	const mark = survived(result) ? 'ok  ' : 'LOST';
	const lost = survived(result) ? '' : `  ${result.lost.join(' ')} ${result.problem?.split('\n')[0] ?? ''}`;
	const kills = result.kills === 0 ? '' : `, ${result.kills} kills`;
	return `${mark} ${String(result.number).padStart(2)} ${result.title} (${result.held.join('')}, ${Math.round(result.ms / 1000)} s${kills})${lost}`;
}

/** @returns docs/reliability.md */
export function reportPage(
	facts: ReportFacts,
	product: readonly FaultResult[],
	script: readonly FaultResult[],
): string {
	const byNumber = new Map(script.map((result) => [result.number, result]));
	const baseline = (number: number) => {
		const result = byNumber.get(number);
		if (result === undefined) return '–';
		return survived(result) ? 'survived' : `lost ${result.lost.join(' ') || 'the run'}`;
	};
	const rows = product.map((result) => {
		const verdict = survived(result) ? 'survived' : `**lost ${result.lost.join(' ') || 'the run'}**`;
		return `| ${result.number} | ${result.title} | ${verdict} | ${result.held.join(' ')} | ${result.kills || ''} | ${baseline(result.number)} |`;
	});
	const meanings = Object.entries(letterMeanings).map(([letter, text]) => `- **${letter}**: ${text}`);
	return `# Reliability

**${headline(product, facts.of)}.** ${sum(product, 'kills')} processes killed with -9, ${sum(product, 'failures')} external commands made to fail.

Forty faults are put to the program on a real Docker Engine, restic and rclone: kill -9, signals, frozen processes, full
and vanished disks, damaged repositories, broken networks, hostile names. After each, these are looked at from outside,
with docker, restic, rclone and /proc, never by asking the program:

${meanings.join('\n')}

${facts.date}, ${facts.full ? 'every kill point' : 'a sample of the kill points'}, seed ${facts.seed}; ${facts.tools.join(', ')}.
Run it yourself, as root: \`npm run faults\` (\`-- --full\` for every kill point, \`-- --only 17\` for one fault, \`-- --seed N\`).

The last column is what the same faults do to a plain shell script (\`docker compose down\`, \`restic backup\`,
\`docker compose up -d\`, \`rclone sync\`; \`test/faults/baseline/backup.sh\`).

| # | fault | backup-tui | looked at | kills | shell script |
| --: | --- | --- | --- | --: | --- |
${rows.join('\n')}
`;
}
