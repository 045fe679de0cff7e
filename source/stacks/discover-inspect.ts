import { inspectDirectory } from './discover-directory.ts';
import type { DirectoryEntry, DiscoveryFiles } from './discover-files.ts';
import { within } from './discover-scan.ts';
import type { Lookup } from './env-file-substitute.ts';
import { composePathProblem } from './project-name.ts';
import type { Stack } from './types.ts';

/** A directory that may be a stack. */
export interface Candidate {
	readonly key: string;
	readonly directory: string;
	/** Known without asking when the directory is no link. */
	readonly realDirectory?: string;
	readonly origin: Stack['origin'];
	/** As the dirlist has it; undefined when it is not listed. */
	readonly enabled: boolean | undefined;
	/** The entry in the stacks directory, unset for externals. */
	readonly entry?: DirectoryEntry;
}

/**
 * @returns undefined when there is no stack and none was listed. One that cannot be looked into (no permission, a
 *   hanging mount) is a stack that cannot be managed, one without a compose file is missing: neither is dropped.
 */
export async function inspectCandidate(
	candidate: Candidate,
	lookup: Lookup,
	files: DiscoveryFiles,
	timeoutMs: number,
): Promise<Stack | undefined> {
	try {
		return await within(timeoutMs, look(candidate, lookup, files));
	} catch (error) {
		return { ...blank(candidate), unmanageable: (error as Error).message };
	}
}

/** A listed stack whose directory is gone. */
export function missingStack(candidate: Candidate, notes: readonly string[] = []): Stack {
	return { ...blank(candidate), missing: true, ...(notes.length === 0 ? {} : { notes }) };
}

async function look(candidate: Candidate, lookup: Lookup, files: DiscoveryFiles): Promise<Stack | undefined> {
	const { directory, entry } = candidate;
	const isListed = candidate.enabled !== undefined;
	if (entry?.kind !== 'directory' && (await files.kind(entry?.path ?? directory)) !== 'directory') {
		return isListed ? missingStack(candidate) : undefined;
	}
	if (entry !== undefined && !entry.isExact) {
		const names = (await files.list(entry.path)).map((child) => child.name);
		if (!names.some((name) => /^(?:docker-)?compose\.ya?ml$/.test(name))) return undefined;
		const unmanageable = 'the name is not valid UTF-8 or holds control characters: Compose rejects it';
		return { ...blank(candidate), unmanageable };
	}
	const compose = await inspectDirectory(directory, lookup, files);
	if (compose === undefined) {
		return isListed
			? missingStack(candidate, ['the directory is there, but holds no compose file'])
			: undefined;
	}
	const realDirectory = candidate.realDirectory ?? (await files.realPath(directory));
	const unmanageable = composePathProblem(directory);
	return {
		...blank(candidate),
		...compose,
		realDirectory,
		...(unmanageable === undefined ? {} : { unmanageable }),
	};
}

function blank({ key, directory, realDirectory, origin, enabled }: Candidate): Stack {
	return {
		key,
		name: key,
		origin,
		directory,
		realDirectory: realDirectory ?? directory,
		enabled: enabled ?? false,
		missing: false,
		composeFiles: [],
		project: '',
		...(enabled === undefined && origin === 'stacks-dir' ? { unlisted: true } : {}),
	};
}
