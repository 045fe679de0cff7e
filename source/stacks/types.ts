/**
 * Whether and how a stack runs. `unknown`: could not be determined, never treated as stopped. `not_found`: no containers.
 * `unreadable`: no containers either, and its compose file cannot be read.
 */
export type StackState =
	| 'running'
	| 'partial'
	| 'stopped'
	| 'not_found'
	| 'unknown'
	| 'missing'
	| 'unreadable';

/** Where a stack's entry comes from: a child of the stacks directory, or an absolute path in the dirlist. */
export type StackOrigin = 'stacks-dir' | 'external';

/** A Compose project found in a directory. */
export interface Stack {
	/** The dirlist key: the directory's base name, or the absolute path of an external. Unique. */
	readonly key: string;
	/** Short name for people, tags and `[stack:NAME]` sections: base name, externals `<base>-external`. */
	readonly name: string;
	readonly origin: StackOrigin;
	/** The directory as listed (may be a symbolic link). */
	readonly directory: string;
	/** Its real path; same as `directory` when that is missing. */
	readonly realDirectory: string;
	readonly enabled: boolean;
	/** The directory is not there any more; the entry is kept. */
	readonly missing: boolean;
	/** Compose files as Compose would pick them in this directory, absolute; empty when missing. */
	readonly composeFiles: readonly string[];
	/**
	 * Project name by Compose's rules (-p labels of containers outrank it once known). Empty when Compose finds
	 * none (a directory called 日本 without `name:`), when missing or when unmanageable.
	 */
	readonly project: string;
	/** Why backup-tui cannot manage this directory (a name that is not UTF-8, a newline...). */
	readonly unmanageable?: string;
	/** Found in the stacks directory but not in the dirlist yet, so off. */
	readonly unlisted?: boolean;
	/** Where Compose takes relative paths from; not `directory` when COMPOSE_FILE names a file elsewhere. */
	readonly projectDirectory?: string;
	/** `.env` files Compose reads by itself when it is started in `directory`; the first outranks. */
	readonly envFiles?: readonly string[];
	/** Why Compose cannot read its files, as far as a cheap look can tell: a broken compose file, a missing one. */
	readonly unreadable?: string;
	/** What a person should know: several compose files, no project name. One line each. */
	readonly notes?: readonly string[];
}

/** One container of a Compose project, from the engine's container list. */
export interface StackContainer {
	readonly id: string;
	readonly name: string;
	readonly project: string;
	readonly service: string;
	/** Number within the service, 1-based. */
	readonly number: number;
	/** created | running | paused | restarting | removing | exited | dead */
	readonly status: string;
	/** healthy | unhealthy | starting | none, from the list's status text. */
	readonly health: 'healthy' | 'unhealthy' | 'starting' | 'none';
	/** Exit code for exited containers, from the status text; undefined when not told. */
	readonly exitCode?: number;
	readonly oneOff: boolean;
	readonly configHash: string;
	readonly image: string;
	readonly imageId: string;
	/** com.docker.compose.project.working_dir */
	readonly workingDir: string;
	/** com.docker.compose.project.config_files, split */
	readonly configFiles: readonly string[];
	/** com.docker.compose.project.environment_file, split */
	readonly envFiles: readonly string[];
	/** com.docker.compose.depends_on, parsed. */
	readonly dependsOn: readonly Dependency[];
	/** Names of the networks it is attached to. */
	readonly networks: readonly string[];
	/** Set on helper containers of our own (volume holders): the key of the stack they serve. */
	readonly helperOf?: string;
	/** The run that made the helper, and the process it ran in. */
	readonly helperRun?: string;
	readonly helperProcess?: string;
	readonly mounts: readonly ContainerMount[];
	/** Creation time, ms since the epoch, UTC. */
	readonly createdAt: number;
}

/** One entry of `depends_on`: the service that must be there first, and in which condition. */
export interface Dependency {
	readonly service: string;
	/** service_started | service_healthy | service_completed_successfully */
	readonly condition: string;
}

/** A mount as the engine's container list reports it. */
export interface ContainerMount {
	readonly type: 'volume' | 'bind' | 'tmpfs' | 'npipe' | 'cluster' | 'image';
	/** Volume name; empty for binds. */
	readonly name: string;
	/** Host path. */
	readonly source: string;
	/** Path in the container. */
	readonly destination: string;
	readonly driver: string;
	readonly readWrite: boolean;
}
