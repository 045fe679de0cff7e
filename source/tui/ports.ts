import type { RunEvent } from '../runs/events.ts';
import type { HistoryEntry } from '../runs/history.ts';
import type { RunInfo } from '../runs/run-files.ts';
import type { Finding, Level } from '../services/health/finding.ts';
import type { StackState } from '../stacks/types.ts';

// What the UI needs from the services, in its own words. Every call returns at once with a promise that settles within
// a time limit; a part that is undefined is not built, and its screen is not shown.

/** A trouble as the screen shows it. */
export interface Trouble {
	readonly message: string;
	readonly hint?: string;
}

export interface StackEntry {
	readonly key: string;
	readonly name: string;
	readonly directory: string;
	readonly external: boolean;
	readonly enabled: boolean;
	readonly missing: boolean;
	readonly unmanageable?: string;
	/** Why Compose cannot read its files. */
	readonly unreadable?: string;
}

export interface StackList {
	readonly entries: readonly StackEntry[];
	readonly dirlist: string;
	readonly stacksDir: string;
}

export interface StackStatusEntry {
	readonly state: StackState;
	/** Running and expected services or containers. */
	readonly up: number;
	readonly expected: number;
	readonly reason?: string;
	/** When a person put it down, to stay down, ms since the epoch. */
	readonly putDownAt?: number;
	readonly services: readonly { readonly name: string; readonly text: string; readonly ok: boolean }[];
}

/** States by stack key; `trouble` when the daemon does not answer (all are `unknown` then). */
/** A running Compose project that is no stack of the list. */
export interface ProjectElsewhere {
	readonly project: string;
	readonly directory: string;
	/** Containers that run. */
	readonly running: number;
}

export interface StackStates {
	readonly byKey: Readonly<Record<string, StackStatusEntry>>;
	/** Running projects that are not on the list: offered, never added by themselves. */
	readonly elsewhere?: readonly ProjectElsewhere[];
	readonly trouble?: Trouble;
}

export interface MountEntry {
	readonly label: string;
	readonly captured: 'captured' | 'excluded' | 'missing';
	readonly why: string;
}

export interface StackDetail {
	readonly composeFiles: readonly string[];
	readonly project: string;
	readonly method: string;
	/** Absent where coverage is not known. */
	readonly mounts?: readonly MountEntry[];
	readonly excludes: readonly string[];
	readonly warnings: readonly string[];
}

export interface DirectoryEntry {
	readonly name: string;
	readonly path: string;
	/** True when a compose file lies in it. */
	readonly stack: boolean;
	/** Name of the project that runs from it, for those that are offered. */
	readonly runs?: string;
}

export interface StacksPort {
	list(signal: AbortSignal): Promise<StackList>;
	states(signal: AbortSignal): Promise<StackStates>;
	detail?(key: string, signal: AbortSignal): Promise<StackDetail>;
	/** Writes these entries and nothing else: what others changed meanwhile stays. */
	setEnabled(changes: readonly { readonly key: string; readonly enabled: boolean }[]): Promise<StackList>;
	addExternal(path: string): Promise<StackList>;
	remove(key: string): Promise<StackList>;
	/** Puts a removed entry back as it was. */
	putBack(entry: StackEntry): Promise<StackList>;
	browse(path: string, signal: AbortSignal): Promise<readonly DirectoryEntry[]>;
	/** Resolves once everything that was asked for is on disk (or has failed). */
	settled(): Promise<void>;
}

export interface RunsPort {
	list(limit: number): Promise<readonly RunInfo[]>;
	history(): Promise<readonly HistoryEntry[]>;
	/** @returns false when the run crashed or `signal` aborted first */
	follow(id: string, onEvents: (events: readonly RunEvent[]) => void, signal: AbortSignal): Promise<boolean>;
	/** Starts the program itself with these arguments as a process of its own; resolves once it runs. */
	start(args: readonly string[]): Promise<{ readonly pid: number; readonly run?: string }>;
	/** SIGINT to the run's process, if it is still that process. */
	cancel(run: RunInfo): Promise<void>;
	logFile(id: string): Promise<string>;
	/** Runs the program with arguments that only look; resolves when it has ended, whatever its exit code. */
	output(args: readonly string[], onLine: (line: string) => void): Promise<void>;
	/** The same as words for a person to paste. */
	commandLine(args: readonly string[]): string;
}

export interface SnapshotEntry {
	readonly id: string;
	readonly shortId: string;
	/** ms since the epoch */
	readonly time: number;
	readonly stack: string;
	readonly host: string;
	readonly tags: readonly string[];
	readonly paths: readonly string[];
	readonly bytes?: number;
	readonly addedBytes?: number;
	readonly files?: number;
}

export interface FileEntry {
	readonly path: string;
	readonly name: string;
	readonly directory: boolean;
	readonly link: boolean;
	readonly bytes: number;
	/** ms since the epoch */
	readonly modified: number;
}

export interface DiffEntry {
	readonly change: string;
	readonly path: string;
}

export interface SnapshotDiff {
	readonly entries: readonly DiffEntry[];
	/** True when there were more than the UI keeps. */
	readonly cut: boolean;
	readonly summary: string;
}

export interface SnapshotsPort {
	list(signal: AbortSignal): Promise<readonly SnapshotEntry[]>;
	/** Entries directly below `path`. */
	children(id: string, path: string, signal: AbortSignal): Promise<readonly FileEntry[]>;
	/**
	 * Bytes of a folder and of those below it, by path; reads everything in it.
	 *
	 * @param levels how many levels below it are told apart
	 */
	folderSizes?(
		id: string,
		path: string,
		levels: number,
		signal: AbortSignal,
	): Promise<Readonly<Record<string, number>>>;
	diff(older: string, newer: string, signal: AbortSignal): Promise<SnapshotDiff>;
	/** What a prune would do, as text; nothing is changed. */
	prunePreview(signal: AbortSignal): Promise<string>;
}

/** One past sync. */
export interface RemoteHistoryEntry {
	/** ms since the epoch */
	readonly at: number;
	readonly ok: boolean;
	readonly ms: number;
	readonly bytes: number;
	readonly text: string;
}

export interface RemoteStatus {
	readonly name: string;
	readonly target: string;
	/** As configured; empty = unlimited. */
	readonly bandwidth: string;
	readonly expectedHours: number;
	/** ms since the epoch, of the last sync that ended well. */
	readonly lastGoodAt?: number;
	readonly overdue: boolean;
	/** Snapshots that are not there yet. */
	readonly behindSnapshots?: number;
	readonly bytes?: number;
	readonly files?: number;
	/** What has to be so before a sync may change anything there, in words. */
	readonly guards?: readonly string[];
	/** The latest first. */
	readonly history: readonly RemoteHistoryEntry[];
}

export interface RemoteTest {
	readonly ok: boolean;
	readonly ms: number;
	readonly steps: readonly { readonly name: string; readonly ok: boolean; readonly text: string }[];
}

export interface CloudPort {
	remotes(signal: AbortSignal): Promise<readonly RemoteStatus[]>;
	test(name: string, signal: AbortSignal): Promise<RemoteTest>;
}

export interface DoctorCheck {
	readonly id: string;
	/** `waiting`: it is being looked at. */
	readonly level: 'ok' | 'warning' | 'bad' | 'waiting';
	readonly title: string;
	readonly text: string;
	/** Why it matters and what to do, in sentences. */
	readonly explain?: string;
	/** A command to paste. */
	readonly fix?: string;
	/** The same as arguments of this program, where it is one of its own. */
	readonly command?: readonly string[];
}

export interface DoctorPort {
	/** `onChecks` gets all of them, each time one is done. */
	checks(
		onChecks: (checks: readonly DoctorCheck[]) => void,
		signal: AbortSignal,
	): Promise<readonly DoctorCheck[]>;
}

/** The judgement of health, and the few lines at the top of Home. */
export interface Overview {
	readonly nextRun?: string;
	readonly repository?: string;
	readonly cloud?: { readonly text: string; readonly level: Level };
	/** Every duty: the same as in `status` and `doctor`. */
	readonly findings: readonly Finding[];
	/** By key of a stack that is on. */
	readonly stacks: Readonly<Record<string, Finding>>;
	/** By name. */
	readonly remotes: Readonly<Record<string, Finding>>;
}

export interface OverviewPort {
	load(signal: AbortSignal): Promise<Overview>;
}

export interface RestoreRequest {
	readonly stack: string;
	readonly snapshot: string;
	/** Absolute paths within the snapshot; empty = the whole stack. */
	readonly include: readonly string[];
	readonly target: { readonly kind: 'directory'; readonly path: string } | { readonly kind: 'in-place' };
	/** Read from this off-site copy instead of the repository. */
	readonly fromRemote?: string;
}

export interface RestorePort {
	/** Says what the restore would change, line by line; nothing is written. */
	plan(request: RestoreRequest, onLine: (line: string) => void): Promise<void>;
	/** The program's arguments for it. */
	args(request: RestoreRequest): readonly string[];
	/** A new directory for the data of a snapshot. */
	defaultTarget(stack: string, shortId: string): string;
	/** Names of the remotes it can be read from. */
	readonly remotes: readonly string[];
}

/** One line under a field of the setup: what was found out about the value. */
export interface SetupHint {
	readonly level: 'ok' | 'warning' | 'bad' | 'info';
	readonly text: string;
}

/** What the person answers, as text; the steps of the setup are its fields. */
export interface SetupAnswers {
	readonly stacksDir: string;
	readonly repository: string;
	readonly passwordFile: string;
	/** `remote:path` of rclone, or a directory; empty = none. */
	readonly cloud: string;
	/** Time of day, `03:00`; empty = by hand. */
	readonly schedule: string;
}

/** The schedule the person has asked for; nothing of it is written yet. */
export interface SetupSchedule {
	/** What would be written where, or what to do by hand. */
	readonly lines: readonly string[];
	/** Writes it and turns it on. @returns what will happen now. Absent where it has to be done by hand. */
	install?(): Promise<string>;
}

export interface SetupPort {
	readonly configFile: string;
	readonly defaults: SetupAnswers;
	tools(): Promise<readonly SetupHint[]>;
	/** What can be said about one answer; `bad` ones have to be put right first. */
	hints(field: keyof SetupAnswers, answers: SetupAnswers): Promise<readonly SetupHint[]>;
	/** The config as it will be written. */
	preview(answers: SetupAnswers): string;
	/**
	 * Writes the config, makes the password and the repository. Nothing is written before.
	 *
	 * @returns the password, when a new one was made: shown once
	 */
	save(answers: SetupAnswers, onStep: (text: string) => void): Promise<string | undefined>;
	/** The schedule of these answers, after they were saved; undefined: none is wanted. Writes nothing. */
	planSchedule(answers: SetupAnswers): Promise<SetupSchedule | undefined>;
	/** A config of the older program that was found. */
	readonly olderConfig?: string;
	/** Takes the older program's config over. @returns what was done, in lines */
	importOlder(path: string): Promise<readonly string[]>;
}

/** What became of a file that was opened. */
export interface OpenedFile {
	/** Exit code of the program, null for a signal. */
	readonly code: number | null;
	readonly changed: boolean;
}

/** Files a person opens with programs of their own; what they return is to be called while the terminal is theirs. */
export interface FilesPort {
	readonly configFile: string;
	readonly dirlist: string;
	/** Absolute paths; the first is the one to edit. */
	composeFiles(key: string): Promise<readonly string[]>;
	/** Throws `tool-missing`. */
	editor(file: string): Promise<() => Promise<OpenedFile>>;
	/** The log of a run, in words. Throws `tool-missing`. */
	pager(run: string): Promise<() => Promise<OpenedFile>>;
	/** Reads the configuration again. Throws what is wrong with it. */
	checkConfig(): Promise<void>;
}

export interface UiServices {
	readonly hostName: string;
	readonly stacks?: StacksPort;
	readonly runs?: RunsPort;
	readonly overview?: OverviewPort;
	readonly snapshots?: SnapshotsPort;
	readonly restore?: RestorePort;
	readonly cloud?: CloudPort;
	readonly doctor?: DoctorPort;
	readonly setup?: SetupPort;
	readonly files?: FilesPort;
}
