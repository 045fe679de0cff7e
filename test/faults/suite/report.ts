import type { RunFacts, SuiteRecord } from './record.ts';
import { type FaultResult, type FuzzResult, type LoopResult, type SoakResult, survived } from './results.ts';

/** What was lost, in words: the letters of the page. */
export const letterMeanings = {
	A: 'the stacks are as they were before (running set, images, scale, volumes), or `recover` makes them so',
	B: 'every earlier snapshot restores byte for byte',
	C: 'the remote passes `restic check --read-data`, and its latest snapshot restores',
	D: 'a failure has its exit code, and names the stack and the step; a harmless fault passes with 0',
	E: 'no stray process, lock, temporary file, helper container or password is left',
	F: 'config and dirlist are byte for byte unchanged',
} as const;

/** @returns "N of M faults survived, nothing lost", or what was lost */
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

const sum = (results: readonly FaultResult[], key: 'kills' | 'failures' | 'changes') =>
	results.reduce((total, result) => total + (result[key] ?? 0), 0);

/** One line per fault for a terminal. */
export function terminalLine(result: FaultResult): string {
	const mark = survived(result) ? 'ok  ' : 'LOST';
	const lost = survived(result) ? '' : `  ${result.lost.join(' ')} ${result.problem?.split('\n')[0] ?? ''}`;
	const kills = result.kills === 0 ? '' : `, ${result.kills} kills`;
	return `${mark} ${String(result.number).padStart(2)} ${result.title} (${result.held.join('')}, ${Math.round(result.ms / 1000)} s${kills})${lost}`;
}

const verdict = (result: FaultResult) =>
	survived(result) ? 'survived' : `lost ${result.lost.join(' ') || 'the run'}`;

const when = ({ date, seed, tools }: RunFacts) => `${date}, seed ${seed}; ${tools.join(', ')}.`;

function faultTable(product: readonly FaultResult[], script: readonly FaultResult[]): string {
	const baseline = new Map(script.map((result) => [result.number, verdict(result)]));
	const rows = product.map((result) => {
		const own = survived(result) ? verdict(result) : `**${verdict(result)}**`;
		return `| ${result.number} | ${result.title} | ${own} | ${result.held.join(' ')} | ${result.kills || ''} | ${baseline.get(result.number) ?? '–'} |`;
	});
	return [
		'| # | fault | backup-tui | looked at | kills | shell script |',
		'| --: | --- | --- | --- | --: | --- |',
		...rows,
	].join('\n');
}

/** What others did while a command was at work: compose files edited, volumes removed, directories moved ... */
function changesOfTheWorld(results: readonly FaultResult[]): string {
	const among = results.filter(({ changes }) => changes !== undefined);
	if (among.length === 0) return 'Changes of the world at step boundaries: not run.';
	const lost = among.filter((result) => !survived(result)).map(({ number }) => number);
	const end = lost.length === 0 ? 'nothing lost' : `**lost in fault ${lost.join(', ')}**`;
	return `${sum(among, 'changes')} changes of the world at step boundaries, ${end}.`;
}

/** What was tried at every step: of each fault its long runs where there were any, else what the whole run tried. */
function everyStep(record: SuiteRecord): string {
	const long = Object.values(record.loops ?? {});
	const numbers = new Set(long.map(({ result }) => result.number));
	const short = (record.faults?.results ?? []).filter(({ number }) => !numbers.has(number));
	const results = [...long.map(({ result }) => result), ...short];
	const loops = results.flatMap((result) => result.loops ?? []);
	const cell = (command: string, what: LoopResult['what']) => {
		const [found] = loops
			.filter((loop) => loop.command === command && loop.what === what)
			.toSorted((a, b) => b.tried / b.of - a.tried / a.of);
		return found === undefined ? 'not run' : `${found.tried} of ${found.of}`;
	};
	const rows = (['backup', 'sync', 'restore', 'recover'] as const).map(
		(command) =>
			`| ${command} | ${cell(command, 'kill')} | ${cell(command, 'fail')} | ${cell(command, 'change')} |`,
	);
	const lost = results.filter((result) => !survived(result)).map(({ number }) => number);
	const dates = [...new Set(long.map((one) => `${one.date}, seed ${one.seed}`))];
	const source = long.length === 0 ? 'So far only a sample was tried.' : `Long runs: ${dates.join('; ')}.`;
	return `The steps are found from the event file of an undisturbed run, the external commands (docker, restic, rclone) by counting
them: a new one is tried by itself. ${source}
${sum(results, 'kills')} kills and ${sum(results, 'failures')} failing commands in sum (kills at random times included), ${lost.length === 0 ? 'nothing lost' : `**lost in fault ${lost.join(', ')}**`}.
${changesOfTheWorld(results)}

| command | steps it was killed at with -9 | external commands made to fail | steps and commands at which somebody else changed something |
| --- | --: | --: | --: |
${rows.join('\n')}`;
}

function fuzzing(fuzz: (RunFacts & { readonly result: FuzzResult }) | undefined): string {
	if (fuzz === undefined) return 'Not run yet.';
	const { inputs, crashes, readers } = fuzz.result;
	const each = Object.entries(readers).map(([name, count]) => `${name} ${count}`);
	return `${inputs} spoilt inputs (${fuzz.date}, seed ${fuzz.seed}): ${crashes === 0 ? 'no crash, no hang' : `**crashes at ${crashes} places**`}. Real files and answers, ${fuzz.full ? 'cut at every byte' : 'cut at some bytes'}
and changed by chance; each must be read or be answered with an error of the program's own: ${each.join(', ')}.`;
}

function soaking(soak: (RunFacts & { readonly result: SoakResult }) | undefined): string {
	if (soak === undefined) return 'Not run yet.';
	const { result } = soak;
	const [memory, laterMemory] = result.memory.map((kib) => `${Math.round(kib / 1024)} MiB`);
	const held =
		result.problem === undefined
			? `afterwards all ${result.snapshots} kept snapshots restored, and no container, lock, temporary file or process was left over`
			: '**it did not hold to the end**';
	return `${result.rounds} backups of three small stacks in a row (${result.of === result.rounds ? '' : `${result.of} were asked for; `}${soak.date}, seed ${soak.seed}, ${Math.round(result.ms / 60_000)} minutes), ${result.kills} of
them killed with -9 together with all they had started, ${result.signals} ended by SIGTERM, ${result.failures} with an external command that failed:
${held}. Peak memory of the undisturbed runs (median of the first half, of the second): ${memory}, ${laterMemory}; file descriptors: ${result.descriptors.join(', ')}.`;
}

/** @returns docs/reliability.md */
export function reportPage(record: SuiteRecord, script: readonly FaultResult[]): string {
	const { faults } = record;
	const product = faults?.results ?? [];
	const meanings = Object.entries(letterMeanings).map(([letter, text]) => `- **${letter}**: ${text}`);
	const head =
		faults === undefined
			? 'Not run as a whole yet.'
			: `**${headline(product, product.length)}.** ${sum(product, 'kills')} kills with -9, ${sum(product, 'failures')} external commands made to fail.`;
	return `# Reliability

${head}

This page is written by \`npm run faults\`; run it yourself, as root. \`-- --only 17\` for one fault, \`-- --seed N\`, \`-- --full\` for
every kill point, all of the fuzzing and the soak (hours). Each run replaces the parts of the page that it has run.

Faults are put to the program on a real Docker Engine, restic and rclone: kill -9, signals, frozen processes, full
and vanished disks, damaged repositories, broken networks, hostile names, changes made by others meanwhile. After each, these are looked at from outside,
with docker, restic, rclone and /proc, never by asking the program:

${meanings.join('\n')}

## The faults

${faults === undefined ? '' : `${when(faults)} ${faults.full ? 'Every kill point.' : 'A sample of the kill points.'}`}

A kill counts once, whether it hits the program alone or with all it had started. The last column is what the same faults do to
a plain shell script (\`docker compose down\`, \`restic backup\`, \`docker compose up -d\`, \`rclone sync\`;
\`test/faults/baseline/backup.sh\`).

${faultTable(product, script)}

What stands in for something real: a command that is to fail is a wrapper in the place of docker, restic or rclone that counts
its calls and ends with 1 (1, 34, 38); while somebody else changes something the run stands still, by SIGSTOP or by such a
wrapper that waits (96-99); a proxy in front of the real engine cuts its stream (33), one in front of a real
WebDAV server resets, swallows, delays and answers with error codes (35, 36); the snapshot of the future is dated by
\`restic rewrite\` (32); a dead disk is a frozen control group (10); disks are small tmpfs (29, 30, 31); for the spoilt answers
of Docker a small server answers in the place of the engine. All else is the real part.

## Every step, every external command

${everyStep(record)}

## Spoilt input

${fuzzing(record.fuzz)}

## Soak

${soaking(record.soak)}
`;
}
