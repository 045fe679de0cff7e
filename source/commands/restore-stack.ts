import { join, resolve } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { EventListener } from '../runs/event-bus.ts';
import type { RunEvent } from '../runs/events.ts';
import { formatBytes, formatCount, formatDuration } from '../runs/units.ts';
import { restoreStateInWords } from '../runs/words.ts';
import type { RestorePlan } from '../services/restore/plan.ts';
import { type Publication, parsePublication } from '../services/restore/publication.ts';
import type { RestoreStackRequest } from '../services/restore/request.ts';
import { localStamp } from '../services/restore-repository/choose-target.ts';
import { ask } from './confirm.ts';
import type { CommandContext, FlagReader } from './context.ts';
import { hintText } from './hint.ts';
import { runAsRun } from './run-command.ts';

/** Ways a stack can be restored; exactly one is chosen. */
const modes = ['target', 'in-place', 'as', 'stdout'] as const;

function usage(message: string, hint: string): BackupTuiError {
	return new BackupTuiError('usage', message, { hint });
}

/** Which snapshot, and from which repository. Throws `usage` for a remote that is not to be read. */
export function sourceOf(flags: FlagReader) {
	const snapshot = flags.string('snapshot');
	const remote = flags.string('remote');
	const fromRemote = flags.boolean('from-remote');
	if (remote !== undefined && !fromRemote)
		throw usage('--remote needs --from-remote', 'add --from-remote, or leave --remote out');
	return {
		...(snapshot === undefined ? {} : { snapshot }),
		fromRemote,
		...(remote === undefined ? {} : { remote }),
	};
}

function common(flags: FlagReader) {
	return {
		stack: flags.string('stack') ?? '',
		selection: { volumes: flags.list('volume'), include: flags.list('include') },
		...sourceOf(flags),
	};
}

function publication(text: string): Publication {
	const parsed = parsePublication(text);
	if (parsed !== undefined) return parsed;
	throw usage(`--publish ${text}: not a pair of ports`, 'HOST:PORT, ADDRESS:HOST:PORT or SERVICE=HOST:PORT');
}

/** Live data is never written because a flag is missing. */
function noPlace(inPlaceOnly: string | undefined): BackupTuiError {
	return inPlaceOnly === undefined
		? usage(
				'restore to where?',
				'into a new folder: --target DIR; over the live data: --in-place; as a second stack: --as NAME',
			)
		: usage(`--${inPlaceOnly} needs --in-place`, 'add --in-place: it writes over the live data');
}

interface AskedPlace {
	readonly target?: string;
	readonly inPlace?: true;
}

/** Asks at a terminal where a restore is to go when no flag says it; elsewhere that is an error. */
async function askPlace({ flags, options, io, loadConfig }: CommandContext): Promise<AskedPlace | undefined> {
	const said = [...modes, 'into', 'publish', 'rollback', 'delete', 'start', 'create-external'];
	if (said.some((name) => flags.has(name)) || !options.interactive || options.json) return undefined;
	const { config } = await loadConfig();
	const target = join(config.restore.directory, `${flags.string('stack')}-${localStamp(new Date())}`);
	const choices = [
		`  1  into a new folder: ${sanitizeLine(target)}`,
		'  2  in place, over the live data (after a safety snapshot)',
	];
	const answer = await ask(`${choices.join('\n')}\nRestore to where? Type 1 or 2: `, io);
	if (answer === '1') return { target };
	return answer === '2' ? { inPlace: true } : undefined;
}

/** What the flags ask for. Throws `usage` for what contradicts itself. */
function requestOf(flags: FlagReader, cwd: string, asked: AskedPlace | undefined): RestoreStackRequest {
	const chosen = modes.filter((mode) => flags.has(mode));
	if (chosen.length > 1) throw usage(`--${chosen.join(' and --')} exclude each other`, 'choose one of them');
	const target = asked?.target ?? flags.string('target');
	const inPlaceOnly = ['delete', 'rollback', 'start', 'into', 'create-external'].find((name) =>
		flags.has(name),
	);
	if (target !== undefined) {
		if (inPlaceOnly !== undefined)
			throw usage(`--${inPlaceOnly} has no meaning with --target`, 'leave it out');
		return { ...common(flags), mode: 'target', target: resolve(cwd, target) };
	}
	const as = flags.string('as');
	if (as !== undefined) {
		const wrong = inPlaceOnly ?? ['volume', 'include'].find((name) => flags.has(name));
		if (wrong !== undefined) throw usage(`--${wrong} has no meaning with --as`, 'leave it out');
		return { ...common(flags), mode: 'as', as, publish: flags.list('publish').map(publication) };
	}
	if (flags.has('publish')) throw usage('--publish needs --as', 'leave it out');
	const into = flags.string('into');
	if (into !== undefined && flags.list('volume').length !== 1)
		throw usage('--into needs exactly one --volume', 'e.g. --volume pgdata --into pgdata2');
	if (flags.boolean('rollback') && !flags.boolean('in-place')) {
		const other = ['snapshot', 'volume', 'include', 'delete', 'into', 'from-remote'].find((name) =>
			flags.has(name),
		);
		if (other !== undefined)
			throw usage(
				`--rollback and --${other}: go back, or restore?`,
				'for a restore that goes back by itself add --in-place',
			);
		return { ...common(flags), mode: 'rollback' };
	}
	if (!flags.boolean('in-place') && into === undefined && asked?.inPlace !== true) throw noPlace(inPlaceOnly);
	return {
		...common(flags),
		mode: 'in-place',
		...(into === undefined ? {} : { into }),
		delete: flags.boolean('delete'),
		rollback: flags.boolean('rollback'),
		createExternal: flags.boolean('create-external'),
		start: flags.boolean('start'),
	};
}

async function toStdout(context: CommandContext): Promise<ExitCode> {
	if (context.io.stdout.isTTY)
		throw usage('--stdout would write to the terminal', 'redirect it: ... --stdout > FILE');
	const services = await context.services();
	const controller = new AbortController();
	const stop = () => controller.abort();
	process.once('SIGINT', stop).once('SIGTERM', stop);
	await services.restoreToStream(common(context.flags), process.stdout, controller.signal);
	return 0;
}

type RestoreEnd = Extract<RunEvent, { type: 'restore-end' }>;
type RunEnd = Extract<RunEvent, { type: 'run-end' }>;

/** Collects what the summary tells. */
export function collectEnds(): {
	readonly listener: EventListener;
	readonly ends: RestoreEnd[];
	readonly end: () => RunEnd | undefined;
} {
	const ends: RestoreEnd[] = [];
	let last: RunEnd | undefined;
	return {
		ends,
		end: () => last,
		listener: (event) => {
			if (event.type === 'restore-end') ends.push(event);
			if (event.type === 'run-end') last = event;
		},
	};
}

/** Tells results on stdout: one line a stack, what is wrong, what comes next. */
export function printEnds(
	context: CommandContext,
	ends: readonly RestoreEnd[],
	end: RunEnd | undefined,
): void {
	const { line, style, marks } = context.output;
	for (const one of ends) {
		const good = one.ok && one.state !== 'not-started';
		const mark = good ? style('green', marks.ok) : style('red', marks.failed);
		const off = one.downtimeMs > 0 ? `, off ${formatDuration(one.downtimeMs)}` : '';
		line(
			`${mark} ${sanitizeLine(one.stack)}  ${restoreStateInWords(one)}  snapshot ${one.snapshot.slice(0, 8)}, ${formatCount(one.entries, 'entry', 'entries')}, ${formatBytes(one.bytes)}, ${formatDuration(one.ms)}${off}`,
		);
		if (one.where !== undefined) line(`  in ${sanitizeLine(one.where)}`);
		for (const note of one.notes) line(`  ${marks.warning} ${sanitizeLine(note)}`);
		if (one.safetySnapshot !== undefined && one.state !== 'rolled-back')
			line(`  what was there before is snapshot ${one.safetySnapshot.slice(0, 8)}`);
		for (const step of one.next ?? []) line(hintText(`  ${sanitizeLine(step)}`, context.options.configPath));
	}
	for (const { message, hint } of end?.problems ?? []) context.output.problem(message, hint);
}

/** What is agreed to by typing the stack's name; the plan above it has the places. */
function questionOf({ stack, overwrites, outside }: RestorePlan): string {
	const places = formatCount(outside.length, 'place');
	if (outside.length > 0)
		return overwrites
			? `Overwrite what is there of ${stack}, and write to ${places} outside of it?`
			: `Write to ${places} outside of ${stack}?`;
	return overwrites ? `Overwrite what is there of ${stack}?` : `Take ${stack} down for this?`;
}

/** The data of one stack: beside the live data, in place, as a second stack, or one file to stdout. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { flags, options } = context;
	if (flags.boolean('stdout')) return toStdout(context);
	const request = requestOf(flags, context.cwd, await askPlace(context));
	const services = await context.services();
	const collected = collectEnds();
	const code = await runAsRun(
		context,
		services,
		(current) =>
			services.restoreStack(current, request, {
				approve: (plan) =>
					context.confirm({
						text: questionOf(plan),
						typeName: plan.stack,
					}),
				offerRollback: async () =>
					options.interactive &&
					!options.json &&
					(await context.confirm({ text: 'It does not run as it should. Go back to what was there?' })),
			}),
		[collected.listener],
		true,
	);
	if (!options.json) printEnds(context, collected.ends, collected.end());
	return code;
}
