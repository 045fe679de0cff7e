import { excludingPattern, literalPattern } from './exclude-pattern.ts';
import type { Mount } from './mounts.ts';
import { never } from './never-captured.ts';
import type { LookAt } from './path-facts.ts';
import { isInside } from './path-inside.ts';

/** Whether and how a mount gets into the snapshot. */
export type Capture =
	/** As files, at `path`: the same path in the snapshot. `hold`: a helper container must keep it mounted meanwhile. */
	| { readonly state: 'captured'; readonly how: 'path' | 'hold'; readonly path: string }
	/** As a tar archive in a second snapshot. */
	| { readonly state: 'captured'; readonly how: 'stream' }
	/** Left out on purpose, by this rule. */
	| { readonly state: 'excluded'; readonly rule: string; readonly path?: string }
	/** There is nothing yet. */
	| { readonly state: 'absent'; readonly reason: string }
	| { readonly state: 'impossible'; readonly reason: string };

/** A mount and what becomes of it. */
export interface MountCapture {
	readonly mount: Mount;
	readonly capture: Capture;
}

export interface CaptureRules {
	/** restic exclude patterns. */
	readonly exclude: readonly string[];
	/** Volumes by full name or by their name in the compose file, binds by path. */
	readonly excludeVolumes: readonly string[];
	readonly oneFileSystem: boolean;
	/** Paths of our own that are never captured (the repository, state, logs), with what they are. */
	readonly ours: readonly { readonly path: string; readonly what: string }[];
	/** Docker's own directory. */
	readonly engineRoot: string;
	/** Where the stacks are; empty when there is no such place. */
	readonly stacksDir: string;
	/** False when the engine runs on another machine: no path it tells is one of ours. */
	readonly local: boolean;
	/** Compose project names of the stack. */
	readonly projects: readonly string[];
}

/** What is copied. */
export interface CapturePlan {
	readonly mounts: readonly MountCapture[];
	/** For restic: absolute, none inside another, unless it is another file system. */
	readonly paths: readonly string[];
	/** restic patterns for what lies inside the paths and is left out. */
	readonly excludes: readonly string[];
	/** Volumes a helper container must keep mounted. */
	readonly holds: readonly string[];
	/** Volumes that are streamed. */
	readonly streams: readonly string[];
}

function excludeVolumeRule(mount: Mount, rules: CaptureRules): string | undefined {
	const names = [mount.name, mount.source];
	if (mount.kind === 'anonymous-volume') names.push(mount.destination);
	const hit = rules.excludeVolumes.find(
		(rule) =>
			rule !== '' &&
			(names.includes(rule) ||
				(mount.kind === 'volume' && rules.projects.some((project) => mount.name === `${project}_${rule}`))),
	);
	return hit === undefined ? undefined : `EXCLUDE_VOLUME ${hit}`;
}

/** A local volume with a device or type is mounted only while a container uses it; other drivers are taken to do the same. */
function isHeld(mount: Mount): boolean {
	const { device, type } = mount.driverOptions;
	return mount.driver !== 'local' || device !== undefined || type !== undefined;
}

function captureVolume(mount: Mount, rules: CaptureRules, look: LookAt): Capture {
	if (!mount.made) return { state: 'absent', reason: 'the volume does not exist yet' };
	if (!rules.local || mount.source === '') return { state: 'captured', how: 'stream' };
	const facts = look(mount.source);
	if (facts === 'denied') return { state: 'impossible', reason: `no permission to read ${mount.source}` };
	if (isHeld(mount)) return { state: 'captured', how: 'hold', path: mount.source };
	if (facts === 'gone') return { state: 'impossible', reason: `${mount.source} is not there` };
	return { state: 'captured', how: 'path', path: facts.realPath };
}

/** What a folder contains that no single stack owns. */
function aroundOthers(path: string, rules: CaptureRules): string | undefined {
	const { engineRoot, stacksDir } = rules;
	if (engineRoot !== '' && isInside(engineRoot, path)) return "Docker's own directory";
	return stacksDir !== '' && isInside(stacksDir, path) ? 'all stacks' : undefined;
}

function captureFiles(mount: Mount, rules: CaptureRules, look: LookAt): Capture {
	if (!rules.local && mount.kind === 'bind') {
		return { state: 'impossible', reason: 'it lies on another machine, where the engine runs' };
	}
	const facts = look(mount.source);
	if (facts === 'denied') return { state: 'impossible', reason: `no permission to read ${mount.source}` };
	if (facts === 'gone') {
		return mount.made && mount.kind !== 'env-file'
			? { state: 'impossible', reason: `${mount.source} is not there` }
			: { state: 'absent', reason: `${mount.source} is not there yet` };
	}
	const around = aroundOthers(facts.realPath, rules);
	if (mount.kind === 'directory' || around === undefined)
		return { state: 'captured', how: 'path', path: facts.realPath };
	// What a stack only reads, and others own, is none of its data.
	return mount.readOnly
		? { state: 'excluded', rule: `never: read-only, and contains ${around}`, path: facts.realPath }
		: { state: 'impossible', reason: `${mount.source} contains ${around}: mount a narrower folder` };
}

function decide(mount: Mount, rules: CaptureRules, look: LookAt): Capture {
	if (mount.kind === 'unknown') return { state: 'impossible', reason: mount.source };
	if (mount.kind === 'tmpfs') return { state: 'excluded', rule: 'tmpfs: lives in memory only' };
	if (mount.kind === 'image') return { state: 'excluded', rule: 'part of an image' };
	const facts = rules.local && mount.source !== '' ? look(mount.source) : 'gone';
	const known = typeof facts === 'string' ? undefined : facts;
	const paths = [mount.source, ...(known === undefined ? [] : [known.realPath])];
	const path = known === undefined ? {} : { path: known.realPath };
	const rule =
		never(paths, known?.kind, mount.kind !== 'directory', rules) ??
		(mount.kind === 'directory' ? undefined : excludeVolumeRule(mount, rules));
	if (rule !== undefined) return { state: 'excluded', rule, ...path };
	const pattern = paths.map((one) => excludingPattern(one, rules.exclude)).find((one) => one !== undefined);
	if (pattern !== undefined && mount.kind !== 'directory')
		return { state: 'excluded', rule: `EXCLUDE ${pattern}` };
	const isVolume = mount.kind === 'volume' || mount.kind === 'anonymous-volume';
	return isVolume ? captureVolume(mount, rules, look) : captureFiles(mount, rules, look);
}

/** Paths without those that lie inside others; with `oneFileSystem`, a file system of its own must be named. */
function outermost(paths: readonly string[], rules: CaptureRules, look: LookAt): readonly string[] {
	const device = (path: string) => {
		const facts = look(path);
		return typeof facts === 'string' ? undefined : facts.device;
	};
	const kept: string[] = [];
	for (const path of [...new Set(paths)].sort((a, b) => a.length - b.length)) {
		const around = kept.findLast((one) => isInside(path, one));
		if (around === undefined || (rules.oneFileSystem && device(path) !== device(around))) kept.push(path);
	}
	return kept.sort();
}

/** File systems mounted below what is copied: `--one-file-system` drops them silently, so they are listed. */
function droppedSubmounts(
	paths: readonly string[],
	captures: readonly MountCapture[],
	mountPoints: readonly string[],
): readonly MountCapture[] {
	const known = new Set(captures.map(({ mount }) => mount.source));
	return mountPoints
		.filter((point) => !known.has(point) && paths.some((path) => point !== path && isInside(point, path)))
		.map((source) => ({
			mount: {
				...{ kind: 'bind', services: [], name: '', source, destination: '', driver: '', driverOptions: {} },
				...{ labels: {}, external: false, readOnly: false, made: true },
			},
			capture: { state: 'excluded', rule: 'ONE_FILE_SYSTEM', path: source },
		}));
}

/**
 * Decides for every mount whether and how it is captured. Pure but for `look`.
 *
 * @param mountPoints of this machine; only asked with `oneFileSystem`
 */
export function planCapture(
	mounts: readonly Mount[],
	rules: CaptureRules,
	look: LookAt,
	mountPoints: () => readonly string[],
): CapturePlan {
	const captures = mounts.map((mount): MountCapture => ({ mount, capture: decide(mount, rules, look) }));
	const wanted = captures.flatMap(({ capture }) =>
		'path' in capture && capture.state === 'captured' ? [capture.path] : [],
	);
	const paths = outermost(wanted, rules, look);
	const left = captures.flatMap(({ capture }) =>
		capture.state === 'excluded' && capture.path !== undefined ? [capture.path] : [],
	);
	const ours = rules.ours.map(({ path }) => path);
	const excludes = [...new Set([...left, ...ours])]
		.filter((path) => paths.some((one) => path !== one && isInside(path, one)))
		.filter((path) => !wanted.some((one) => isInside(one, path)));
	const volumes = (how: 'hold' | 'stream') => [
		...new Set(
			captures
				.filter(({ capture }) => capture.state === 'captured' && capture.how === how)
				.map(({ mount }) => mount.name),
		),
	];
	return {
		mounts: rules.oneFileSystem
			? [...captures, ...droppedSubmounts(paths, captures, mountPoints())]
			: captures,
		paths,
		excludes: excludes.map(literalPattern),
		holds: volumes('hold'),
		streams: volumes('stream'),
	};
}

/** How many mounts are captured, left out on purpose, and neither. What does not exist yet counts as none of them. */
export function countCoverage(captures: readonly MountCapture[]): {
	readonly captured: number;
	readonly excluded: number;
	readonly missing: number;
} {
	const count = (state: Capture['state']) => captures.filter(({ capture }) => capture.state === state).length;
	return { captured: count('captured'), excluded: count('excluded'), missing: count('impossible') };
}
