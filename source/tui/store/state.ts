import type { HistoryEntry } from '../../runs/history.ts';
import type { RunInfo } from '../../runs/run-files.ts';
import type { ActionName } from '../keys/table.ts';
import type {
	DiffEntry,
	DirectoryEntry,
	DoctorCheck,
	FileEntry,
	Overview,
	RemoteStatus,
	RemoteTest,
	RestoreRequest,
	SetupAnswers,
	SetupHint,
	SnapshotEntry,
	StackDetail,
	StackEntry,
	StackList,
	StackStates,
	Trouble,
} from '../ports.ts';
import type { RunView } from '../run/run-view.ts';
import type { ListState } from '../widgets/list.ts';
import type { TextInput } from '../widgets/text-input.ts';

/** Something that is loaded in the background: nothing yet, a value, or why there is none. An old value stays. */
export interface Loaded<T> {
	readonly value?: T;
	readonly trouble?: Trouble;
	readonly loading: boolean;
}

export type Pane = 'main' | 'side';

export interface HomeScreen {
	readonly name: 'home';
	readonly list: ListState;
	readonly filter: string;
}

export type StackSort = 'name' | 'state' | 'size' | 'last';

/** One change of the dirlist that `u` takes back. */
export type StackUndo =
	| {
			readonly kind: 'enabled';
			readonly changes: readonly { readonly key: string; readonly enabled: boolean }[];
	  }
	| { readonly kind: 'added'; readonly key: string }
	| { readonly kind: 'removed'; readonly entry: StackEntry };

export interface StacksScreen {
	readonly name: 'stacks';
	readonly list: ListState;
	readonly filter: string;
	readonly sort: StackSort;
	readonly undo: readonly StackUndo[];
	/** When the dirlist was last saved from here, ms. */
	readonly savedAt?: number;
	/** The detail shown full-screen on terminals too narrow for two panes. */
	readonly detail: boolean;
	readonly detailTop: number;
}

export interface RunScreen {
	readonly name: 'run';
	/** The run looked at; undefined = the newest. */
	readonly id?: string;
	readonly follow: boolean;
	readonly list: ListState;
}

export interface TreeNode {
	readonly entry: FileEntry;
	readonly depth: number;
	readonly open: boolean;
	readonly loading: boolean;
}

export interface SnapshotsScreen {
	readonly name: 'snapshots';
	readonly list: ListState;
	readonly filter: string;
	readonly pane: Pane;
	readonly marked: readonly string[];
	/** The snapshot whose files are shown. */
	readonly open?: string;
	readonly tree: readonly TreeNode[];
	readonly treeList: ListState;
	readonly treeTrouble?: Trouble;
	readonly treeLoading: boolean;
	readonly markedPaths: readonly string[];
	/** Bytes of folders of the open snapshot that were added up, by path. */
	readonly sizes: Readonly<Record<string, number>>;
	/** The folder that is being added up; empty = none. */
	readonly sizing: string;
}

export type RestoreStep = 'source' | 'what' | 'where' | 'review' | 'run';

export interface RestoreScreen {
	readonly name: 'restore';
	/** Where it was begun; leaving it leads back there. */
	readonly from: ScreenName;
	/** Where it can be read from besides the repository. */
	readonly remotes: readonly string[];
	readonly step: RestoreStep;
	readonly list: ListState;
	readonly request: RestoreRequest;
	readonly targetInput: TextInput;
	readonly inPlace: boolean;
	/** What the dry run said. */
	readonly plan: Loaded<readonly string[]>;
	readonly planTop: number;
	/** The command that does the same, once everything is chosen. */
	readonly command: string;
	readonly confirmInput: TextInput;
}

export interface CloudScreen {
	readonly name: 'cloud';
	readonly list: ListState;
	/** Bandwidth limit for the next sync started here; empty = as configured. */
	readonly limit: string;
}

export type LogTime = 'clock' | 'date' | 'none';

export interface LogsScreen {
	readonly name: 'logs';
	/** The run whose log is shown; undefined = the newest. */
	readonly id?: string;
	readonly level: 'debug' | 'info' | 'warn' | 'error';
	readonly follow: boolean;
	readonly wrap: boolean;
	readonly time: LogTime;
	readonly search: string;
	readonly list: ListState;
}

export interface DoctorScreen {
	readonly name: 'doctor';
	readonly list: ListState;
	/** The check the cursor was moved to, by `checkKey`: it stays on it when rows move. */
	readonly chosen?: string;
	readonly detail: boolean;
}

export interface SetupScreen {
	readonly name: 'setup';
	/** 0 tools, 1..5 the fields, 6 save. */
	readonly step: number;
	readonly answers: SetupAnswers;
	readonly input: TextInput;
	readonly hints: Loaded<readonly SetupHint[]>;
	readonly preview: string;
	readonly configFile: string;
	readonly olderConfig?: string;
	/** What saving has done so far. */
	readonly saving: readonly string[];
	readonly trouble?: Trouble;
	/** The schedule that is offered, and how far it is. */
	readonly schedule?: {
		readonly lines: readonly string[];
		readonly state: 'offered' | 'by-hand' | 'installing' | 'installed';
	};
	/** A new password, shown once. */
	readonly password?: string;
	readonly done: boolean;
}

export type MenuPage = 'main' | 'backup' | 'sync' | 'restore' | 'status' | 'restic';

export interface MenuScreen {
	readonly name: 'menu';
	readonly page: MenuPage;
	readonly from: ScreenName;
}

export type Screen =
	| HomeScreen
	| StacksScreen
	| RunScreen
	| SnapshotsScreen
	| RestoreScreen
	| CloudScreen
	| LogsScreen
	| DoctorScreen
	| SetupScreen
	| MenuScreen;
export type ScreenName = Screen['name'];
export type ScreenOf<N extends ScreenName> = Extract<Screen, { name: N }>;

/** What a confirmed question sets off. */
export type Intent =
	| { readonly kind: 'start'; readonly args: readonly string[]; readonly says: string }
	| { readonly kind: 'cancel'; readonly run: RunInfo }
	| { readonly kind: 'remove-stack'; readonly entry: StackEntry };

export type Dialog =
	| {
			readonly kind: 'confirm';
			readonly title: string;
			readonly lines: readonly string[];
			readonly intent: Intent;
			/** The command that does the same. */
			readonly command?: string;
			/** With a name: it has to be typed; without: `y`, and Enter means no. */
			readonly typeName?: string;
			readonly input: TextInput;
	  }
	| {
			readonly kind: 'prompt';
			readonly purpose: 'filter' | 'search' | 'limit' | 'path' | 'import';
			readonly label: string;
			readonly input: TextInput;
			/** What Escape goes back to. */
			readonly before: string;
	  }
	| { readonly kind: 'help'; readonly input: TextInput; readonly list: ListState }
	| { readonly kind: 'palette'; readonly input: TextInput; readonly list: ListState }
	| {
			readonly kind: 'picker';
			readonly path: string;
			readonly entries: Loaded<readonly DirectoryEntry[]>;
			readonly list: ListState;
	  }
	| {
			readonly kind: 'text';
			readonly title: string;
			readonly lines: readonly string[];
			readonly top: number;
			readonly loading: boolean;
	  }
	| {
			readonly kind: 'diff';
			readonly title: string;
			readonly entries: Loaded<readonly DiffEntry[]>;
			readonly summary: string;
			readonly list: ListState;
	  };

export interface Notice {
	readonly text: string;
	readonly tone: 'plain' | 'ok' | 'warning' | 'bad';
	readonly at: number;
}

/** The visible part of a log, and how much there is of it. */
export interface LogWindow {
	readonly run: string;
	readonly total: number;
	readonly whole: number;
	readonly from: number;
	readonly lines: readonly LogLine[];
	readonly loading: boolean;
	readonly searching: boolean;
}

export interface LogLine {
	readonly at: number;
	readonly level: 'debug' | 'info' | 'warn' | 'error';
	readonly subject: string;
	readonly text: string;
	readonly hint?: string;
}

export interface Data {
	readonly stacks: Loaded<StackList>;
	readonly states: Loaded<StackStates>;
	readonly details: Readonly<Record<string, Loaded<StackDetail>>>;
	readonly runs: Loaded<readonly RunInfo[]>;
	readonly history: readonly HistoryEntry[];
	/** Runs whose events are held: the ones at work and the one looked at. */
	readonly views: Readonly<Record<string, RunView>>;
	readonly overview: Loaded<Overview>;
	readonly snapshots: Loaded<readonly SnapshotEntry[]>;
	readonly remotes: Loaded<readonly RemoteStatus[]>;
	readonly tests: Readonly<Record<string, Loaded<RemoteTest>>>;
	readonly checks: Loaded<readonly DoctorCheck[]>;
	readonly log: LogWindow;
}

export interface UiState {
	readonly size: { readonly columns: number; readonly rows: number };
	/** ms since the epoch; moves once a second. */
	readonly now: number;
	readonly hostName: string;
	/** Screens that are built, in the order of the tabs. */
	readonly tabs: readonly ScreenName[];
	/** Actions whose service is not there: not offered in the footer. */
	readonly unavailable: readonly ActionName[];
	readonly active: ScreenName;
	readonly screens: { readonly [N in ScreenName]: ScreenOf<N> };
	readonly dialog?: Dialog;
	readonly notice?: Notice;
	/** The focused pane takes the whole screen. */
	readonly zoom: boolean;
	readonly data: Data;
}
