import { stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import type { Config } from '../../config/types.ts';
import type { StacksService } from '../../services/stacks.ts';
import type { Engine } from '../../stacks/engine.ts';
import type { StatesReading } from '../../stacks/read-states.ts';
import type { ServiceStatus, StackStatus } from '../../stacks/state.ts';
import type { Stack } from '../../stacks/types.ts';
import type { StackEntry, StackList, StackStatusEntry, StacksPort } from '../ports.ts';
import { browseDirectory } from './browse.ts';

/** Unchanged files are looked through again after this time, in ms: a new stack deep in the directory is not told. */
const freshMs = 20_000;

function toEntry(stack: Stack): StackEntry {
	return {
		key: stack.key,
		name: stack.name,
		directory: stack.directory,
		external: stack.origin === 'external',
		enabled: stack.enabled,
		missing: stack.missing,
		...(stack.unmanageable === undefined ? {} : { unmanageable: stack.unmanageable }),
		...(stack.unreadable === undefined ? {} : { unreadable: stack.unreadable }),
	};
}

function serviceText(service: ServiceStatus): string {
	if (service.finished) return 'finished';
	if (service.restarting > 0) return 'restarting';
	if (service.unhealthy > 0) return 'unhealthy';
	if (service.paused > 0) return 'paused';
	if (service.up === 0) return 'stopped';
	return service.expected > 1 || service.up < service.expected
		? `up ${service.up}/${service.expected}`
		: 'up';
}

function toStatus(status: StackStatus, putDown: string | undefined): StackStatusEntry {
	return {
		state: status.state,
		up: status.up,
		expected: status.expected,
		services: status.services.map((service) => ({
			name: service.service,
			text: serviceText(service),
			ok:
				service.finished || (service.up >= service.expected && service.unhealthy + service.restarting === 0),
		})),
		...(status.reason === undefined ? {} : { reason: status.reason }),
		...(putDown === undefined ? {} : { putDownAt: Date.parse(putDown) }),
	};
}

async function changeTime(path: string): Promise<number> {
	return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
}

/** What was read of the stacks, for others that need the same. */
interface KnownStacks {
	composeFiles(key: string): readonly string[];
	/** As the list shows them. */
	known(): Promise<readonly Stack[]>;
	/** The last answer of Docker, if it is fresh; else a new one. */
	reading(): Promise<StatesReading>;
}

/** How long an answer of Docker's is fresh, in ms: it is asked every three seconds where it is seen. */
const freshStatesMs = 4000;

/** The dirlist and the states of the stacks, on the real services. */
export function createStacksPort(options: {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly service: StacksService;
	/** Connects to Docker when first needed. Throws `tool-missing`. */
	readonly engine: () => Promise<Engine>;
}): Required<StacksPort> & KnownStacks {
	const { config, env, service } = options;
	const { dirlist } = config.paths;
	const { stacksDir } = config.docker;
	let stacks: readonly Stack[] = [];
	/** What was asked for and may not be on disk yet: a list that is read meanwhile must not show the old state. */
	const wanted = new Map<string, { readonly enabled: boolean }>();
	/** Writes happen one after the other, in the order of the keys. */
	let writes: Promise<unknown> = Promise.resolve();
	let written = 0;
	const inOrder = <T>(write: () => Promise<T>): Promise<T> => {
		const result = writes.then(write).finally(() => {
			written += 1;
		});
		writes = result.catch(() => {});
		return result;
	};
	const overlaid = (list: StackList): StackList =>
		wanted.size === 0
			? list
			: {
					...list,
					entries: list.entries.map((entry) => ({
						...entry,
						enabled: wanted.get(entry.key)?.enabled ?? entry.enabled,
					})),
				};
	let lastReading: { readonly reading: StatesReading; readonly at: number } | undefined;
	const readStacks = async (signal: AbortSignal): Promise<StatesReading> => {
		if (known === undefined) await list(false);
		const { readStates } = await import('../../stacks/read-states.ts');
		const reading = await readStates(await options.engine(), stacks, { timeoutMs: 8000, signal });
		lastReading = { reading, at: performance.now() };
		return reading;
	};
	let known: { readonly list: StackList; readonly key: string; readonly at: number } | undefined;

	const list = async (force: boolean): Promise<StackList> => overlaid(await readList(force));

	const readList = async (force: boolean): Promise<StackList> => {
		const times = await Promise.all([dirlist, stacksDir].map(changeTime));
		const key = times.join();
		if (!force && known?.key === key && performance.now() - known.at < freshMs) return known.list;
		const before = written;
		const listing = await service.list(false);
		// Written meanwhile: what was read may be the old state.
		if (before !== written) return readList(true);
		stacks = listing.stacks.map((one) => one.stack);
		const entries = listing.stacks.map(({ stack, refusal }) =>
			refusal === undefined ? toEntry(stack) : { ...toEntry(stack), unmanageable: refusal.message },
		);
		known = {
			list: { entries, dirlist: listing.dirlist, stacksDir: listing.stacksDir },
			key,
			at: performance.now(),
		};
		return known.list;
	};

	/** A list with one field changed, without looking at every directory again. */
	const patched = async (changes: ReadonlyMap<string, boolean>): Promise<StackList> => {
		if (known === undefined) return list(true);
		stacks = stacks.map((stack) => ({ ...stack, enabled: changes.get(stack.key) ?? stack.enabled }));
		const entries = known.list.entries.map((entry) => ({
			...entry,
			enabled: changes.get(entry.key) ?? entry.enabled,
		}));
		// Its key is left as it was: the file has changed, so the next look reads what others wrote too.
		known = { ...known, list: { ...known.list, entries } };
		return overlaid(known.list);
	};

	return {
		list: () => list(false),
		states: async (signal) => {
			const { loadPutDown, putDownSince } = await import('../../services/downtime/down-on-purpose.ts');
			const [reading, putDown] = await Promise.all([readStacks(signal), loadPutDown(config.paths.stateDir)]);
			const byKey = Object.fromEntries(
				[...reading.states].map(([key, status]) => [
					key,
					toStatus(status, putDownSince(putDown, key, status.state)),
				]),
			);
			const elsewhere = reading.foreign
				.filter(({ running, workingDir }) => running > 0 && isAbsolute(workingDir))
				.filter(({ workingDir }) => dirname(workingDir) !== stacksDir)
				.map(({ project, workingDir, running }) => ({ project, directory: workingDir, running }));
			if (reading.error === undefined) return { byKey, elsewhere };
			const { message, hint } = reading.error;
			return { byKey, trouble: { message, ...(hint === undefined ? {} : { hint }) } };
		},
		setEnabled: (changes) => {
			const asked = changes.map(({ key, enabled }) => [key, { enabled }] as const);
			for (const [key, value] of asked) wanted.set(key, value);
			return inOrder(async () => {
				try {
					await service.edit(changes.map(({ key, enabled }) => ({ type: 'set', key, enabled })));
				} finally {
					for (const [key, value] of asked) if (wanted.get(key) === value) wanted.delete(key);
				}
				return patched(new Map(changes.map(({ key, enabled }) => [key, enabled])));
			});
		},
		addExternal: (path) =>
			inOrder(async () => {
				await service.add({ paths: [path], cwd: '/', enable: false, dryRun: false });
				return list(true);
			}),
		remove: (key) =>
			inOrder(async () => {
				await service.edit([{ type: 'remove', key }]);
				return list(true);
			}),
		putBack: (entry) =>
			inOrder(async () => {
				await service.edit([{ type: 'set', key: entry.key, enabled: entry.enabled }]);
				return list(true);
			}),
		settled: async () => {
			await writes;
		},
		browse: (path) => browseDirectory(path),
		known: async () => {
			await list(false);
			return stacks;
		},
		reading: async () => {
			const last = lastReading;
			if (last !== undefined && performance.now() - last.at < freshStatesMs) return last.reading;
			return readStacks(AbortSignal.timeout(10_000));
		},
		composeFiles: (key) => stacks.find((one) => one.key === key)?.composeFiles ?? [],
		detail: async (key, signal) => {
			const { stackDetail } = await import('./stack-detail.ts');
			const stack = stacks.find((one) => one.key === key);
			if (stack === undefined) throw new Error('this stack is not on the list any more');
			return stackDetail({ config, env }, stack, signal);
		},
	};
}
