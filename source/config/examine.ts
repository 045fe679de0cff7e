import { type Assembled, type AssembleParts, assembleConfig } from './assemble.ts';
import type { Assignment } from './assignment.ts';
import { layer } from './assignment.ts';
import { resolveEnvironment, resolveFlags } from './environment.ts';
import { readIni } from './ini-file.ts';
import { isFlat, sectionedFromFlat } from './legacy-flat.ts';
import { baseDirectory, isStandard, type Surroundings } from './locations.ts';
import { resolveFile } from './resolve-file.ts';

/** Everything a configuration is made from, already read. */
export interface ConfigSources extends Omit<AssembleParts, 'assignments' | 'base'> {
	readonly text: string;
	readonly flags: Readonly<Record<string, string>>;
}

/** A configuration and all that is to be said about it. With an error among the problems it must not be used. */
export interface Examined extends Assembled {
	/** Whether the file itself holds a secret. */
	readonly holdsSecret: boolean;
}

/** Reads, checks and puts together a configuration. Pure: all that lies outside comes in as `sources`. */
export function examineConfig(sources: ConfigSources): Examined {
	const { around, configFile } = sources;
	const ini = readIni(sources.text);
	const file = resolveFile(isFlat(ini) ? sectionedFromFlat(ini) : ini);
	const environment = resolveEnvironment(around.env);
	const assignments = layer(file.assignments, environment.assignments, resolveFlags(sources.flags));
	const assembled = assembleConfig({
		configFile,
		assignments,
		around,
		base: { directory: directoryOf(configFile, around), home: around.home },
		hostname: sources.hostname,
		credential: sources.credential,
		exists: sources.exists,
	});
	const problems = [...file.problems, ...environment.problems, ...assembled.problems];
	return {
		config: assembled.config,
		origins: assembled.origins,
		problems: problems.sort(
			(a, b) => (a.line ?? Number.MAX_SAFE_INTEGER) - (b.line ?? Number.MAX_SAFE_INTEGER),
		),
		holdsSecret: file.assignments.some((assignment) => isSecret(assignment)),
	};
}

function isSecret(assignment: Assignment): boolean {
	return (
		(assignment.key === 'RESTIC_PASSWORD' && assignment.text !== '') ||
		(assignment.key === 'RESTIC_REPOSITORY' && /:\/\/[^/@]*:[^/]*@/.test(assignment.text))
	);
}

// Relative paths of a self-contained installation stand on its base: `config/config.ini` names `dirlist`.
function directoryOf(configFile: string, around: Surroundings): string {
	return isStandard(configFile, around)
		? configFile.slice(0, configFile.lastIndexOf('/'))
		: baseDirectory(configFile);
}
