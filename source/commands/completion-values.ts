import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';
import type { DynamicKind } from './spec/definition.ts';

/** A shell waits for the answer: a directory on a server that does not answer must not hold it. Ms. */
const longest = 1000;
/** As many as a person looks at. */
const mostRuns = 20;
const mostSnapshots = 50;

/**
 * Prints the names that a shell's completion offers, one a line, from files alone: no tool is started, the repository is not
 * opened, nothing is written or asked. What cannot be read offers nothing.
 */
export async function run(context: CommandContext): Promise<ExitCode> {
	const [kind, ...words] = context.args;
	const timer = setTimeout(() => process.exit(exitCodes.ok), longest);
	try {
		const { config } = loadConfig({
			configPath: valueAfter(words, ['--config', '-c'], context.env.HOME) ?? context.options.configPath,
			env: context.env,
			cwd: context.cwd,
		});
		const names = await namesOf(kind as DynamicKind, config, words, context.env);
		// A name that is more than one line cannot be offered.
		for (const name of new Set(names)) if (!/\p{Cc}/u.test(name)) context.output.line(name);
	} catch {
		// Without a configuration there is nothing to offer; the command itself will say what is wrong.
	}
	clearTimeout(timer);
	return exitCodes.ok;
}

type Environment = CommandContext['env'];

async function namesOf(
	kind: DynamicKind,
	config: Config,
	words: readonly string[],
	env: Environment,
): Promise<readonly string[]> {
	const { stateDir } = config.paths;
	const stack = valueAfter(words, ['--stack'], env.HOME);
	switch (kind) {
		case 'remotes':
			return config.remotes.map(({ name }) => name);
		case 'runs':
		case 'live-runs':
			return await runs(stateDir, kind === 'live-runs');
		case 'snapshot-ids':
			return await snapshots(stateDir, undefined);
		case 'snapshots':
			return stack === undefined
				? [...(await snapshots(stateDir, undefined)), ...(await stacksBackedUp(stateDir))]
				: ['latest', ...(await snapshots(stateDir, stack))];
		case 'stacks':
			return (await findStacks(config, env)).map(({ name }) => name);
		case 'known-stacks': {
			// A stack whose directory is gone can still be restored.
			const found = await findStacks(config, env).catch(() => []);
			return [...found.map(({ name }) => name), ...(await stacksBackedUp(stateDir))];
		}
		case 'volumes': {
			const files = (await findStacks(config, env)).find(({ name }) => name === stack)?.composeFiles ?? [];
			const { volumesInFiles } = await import('../stacks/volumes-in-files.ts');
			return await volumesInFiles(files);
		}
	}
}

async function findStacks(config: Config, env: Environment) {
	const [{ childEnvironment }, { readDirlist }, { discoverStacks }] = await Promise.all([
		import('../process/environment.ts'),
		import('../stacks/dirlist-file.ts'),
		import('../stacks/discover.ts'),
	]);
	const { stacks } = await discoverStacks({
		stacksDir: config.docker.stacksDir,
		dirlist: await readDirlist(config.paths.dirlist),
		environment: childEnvironment(env),
		timeoutMs: longest / 2,
		mayBeEmpty: true,
	});
	return stacks.filter((stack) => stack.unmanageable === undefined);
}

async function runs(stateDir: string, live: boolean): Promise<readonly string[]> {
	const { listRuns } = await import('../runs/run-files.ts');
	const found = listRuns(stateDir, mostRuns);
	if (live) return found.filter(({ status }) => status === 'running').map(({ id }) => id);
	return found.length === 0 ? [] : ['latest', ...found.map(({ id }) => id)];
}

async function stacksBackedUp(stateDir: string): Promise<readonly string[]> {
	const { readHistory } = await import('../runs/history.ts');
	return readHistory(stateDir).flatMap((entry) => (entry.snapshot === undefined ? [] : [entry.stack]));
}

/** Ids of the snapshots that backups here have made, the newest first, without those that were forgotten here. */
async function snapshots(stateDir: string, stack: string | undefined): Promise<readonly string[]> {
	const [{ readHistory }, { readForgotten }] = await Promise.all([
		import('../runs/history.ts'),
		import('../services/forgotten.ts'),
	]);
	const forgotten = readForgotten(stateDir);
	return readHistory(stateDir)
		.filter((entry) => stack === undefined || entry.stack === stack)
		.flatMap(({ snapshot }) => (snapshot === undefined || forgotten.has(snapshot) ? [] : [snapshot]))
		.toReversed()
		.slice(0, mostSnapshots)
		.map((id) => id.slice(0, 8));
}

/**
 * The value of a flag among words as a shell has them: bash gives `--flag=value` as three, quotes and `~` are as typed.
 *
 * @returns undefined when the flag is not among them, or its value is still to come
 */
export function valueAfter(
	words: readonly string[],
	names: readonly string[],
	home: string | undefined,
): string | undefined {
	for (const [index, word] of words.entries()) {
		const name = names.find((one) => word === one || word.startsWith(`${one}=`));
		if (name === undefined) continue;
		const rest = word === name ? words.slice(index + 1).filter((one) => one !== '=')[0] : undefined;
		const value = word === name ? rest : word.slice(name.length + 1);
		if (value !== undefined) return plain(value, home);
	}
	return undefined;
}

function plain(word: string, home: string | undefined): string {
	const expanded = home === undefined ? word : word.replace(/^~(?=\/)/, home);
	return expanded.replaceAll(/\\(.)|["']/gs, (_whole, character: string | undefined) => character ?? '');
}
