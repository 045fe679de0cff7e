import type { ActionName } from '../keys/table.ts';
import type { UiServices } from '../ports.ts';
import { listStart } from '../widgets/list.ts';
import { textInput } from '../widgets/text-input.ts';
import type { Loaded, ScreenName, UiState } from './state.ts';

const notLoaded = <T>(): Loaded<T> => ({ loading: true });

/** @returns the tabs whose services are there, in the order of their numbers */
export function tabsOf(services: UiServices): ScreenName[] {
	if (services.setup !== undefined && services.stacks === undefined) return ['setup'];
	const built: [ScreenName, boolean][] = [
		['home', true],
		['stacks', services.stacks !== undefined],
		['run', services.runs !== undefined],
		['snapshots', services.snapshots !== undefined],
		// Without a remote too: it says how to have one.
		['cloud', services.stacks !== undefined],
		['logs', services.runs !== undefined],
		['doctor', services.doctor !== undefined],
	];
	return built.flatMap(([name, there]) => (there ? [name] : []));
}

/** @returns actions that cannot be done here: no remote is configured, a command is not built */
export function unavailableActions(services: UiServices): ActionName[] {
	return [
		...(services.cloud === undefined ? (['sync', 'limit-rate', 'test-remote'] as const) : []),
		...(services.files === undefined ? (['edit', 'edit-dirlist', 'pager'] as const) : []),
		...(services.restore === undefined ? (['restore'] as const) : []),
	];
}

/** @returns the state before anything is loaded */
export function initialState(options: {
	readonly size: UiState['size'];
	readonly now: number;
	readonly hostName: string;
	readonly tabs: readonly ScreenName[];
	readonly unavailable?: readonly ActionName[];
}): UiState {
	return {
		...options,
		unavailable: options.unavailable ?? [],
		active: options.tabs[0] ?? 'home',
		zoom: false,
		screens: {
			home: { name: 'home', list: listStart, filter: '' },
			stacks: {
				name: 'stacks',
				list: listStart,
				filter: '',
				sort: 'name',
				undo: [],
				detail: false,
				detailTop: 0,
			},
			run: { name: 'run', follow: true, list: listStart },
			snapshots: {
				name: 'snapshots',
				list: listStart,
				filter: '',
				pane: 'main',
				marked: [],
				tree: [],
				treeList: listStart,
				treeLoading: false,
				markedPaths: [],
				sizes: {},
				sizing: '',
			},
			restore: {
				name: 'restore',
				from: 'snapshots',
				remotes: [],
				step: 'source',
				list: listStart,
				request: { stack: '', snapshot: '', include: [], target: { kind: 'directory', path: '' } },
				targetInput: textInput(),
				inPlace: false,
				plan: { loading: false },
				planTop: 0,
				command: '',
				confirmInput: textInput(),
			},
			cloud: { name: 'cloud', list: listStart, limit: '' },
			logs: {
				name: 'logs',
				level: 'info',
				follow: true,
				wrap: false,
				time: 'clock',
				search: '',
				list: listStart,
			},
			doctor: { name: 'doctor', list: listStart, detail: false },
			setup: {
				name: 'setup',
				step: 0,
				answers: { stacksDir: '', repository: '', passwordFile: '', cloud: '', schedule: '' },
				input: textInput(),
				hints: { loading: true },
				preview: '',
				configFile: '',
				saving: [],
				done: false,
			},
			menu: { name: 'menu', page: 'main', from: 'home' },
		},
		data: {
			stacks: notLoaded(),
			states: notLoaded(),
			details: {},
			runs: notLoaded(),
			history: [],
			views: {},
			overview: notLoaded(),
			snapshots: notLoaded(),
			remotes: notLoaded(),
			tests: {},
			checks: notLoaded(),
			log: { run: '', total: 0, whole: 0, from: 0, lines: [], loading: true, searching: false },
		},
	};
}
