import type { PathFacts } from './path-facts.ts';
import { isInside } from './path-inside.ts';

/** The kernel's own trees and what vanishes at boot: no data in them. */
const kernelTrees = ['/proc', '/sys', '/dev', '/run', '/var/run'] as const;
/** Bound into containers to look at the machine, never a stack's data. */
const systemFolders = [
	'/',
	'/boot',
	'/usr',
	'/bin',
	'/sbin',
	'/lib',
	'/lib64',
	'/var',
	'/var/lib',
	'/usr/lib',
] as const;

/**
 * What is never captured, whatever the config says.
 *
 * @param paths the path as Docker tells it, and its real one
 * @returns the rule, or undefined
 */
export function never(
	paths: readonly string[],
	kind: PathFacts['kind'] | undefined,
	isMount: boolean,
	rules: {
		readonly ours: readonly { readonly path: string; readonly what: string }[];
		readonly engineRoot: string;
		readonly stacksDir: string;
	},
): string | undefined {
	const own = rules.ours.find(({ path }) => paths.some((one) => isInside(one, path)));
	if (own !== undefined) return `never: ${own.what}`;
	if (!isMount) return undefined;
	if (paths.some((path) => path.endsWith('/docker.sock'))) return "never: Docker's socket";
	if (kind === 'socket') return 'never: a socket holds no data';
	if (kind === 'other') return 'never: a device or pipe holds no data';
	const tree = kernelTrees.find((folder) => paths.some((path) => isInside(path, folder)));
	if (tree !== undefined) return `never: ${tree}`;
	if (paths.some((path) => (systemFolders as readonly string[]).includes(path)))
		return 'never: a folder of the system';
	const { engineRoot, stacksDir } = rules;
	// A stack that manages stacks mounts them all; copying them with it would copy what runs.
	if (stacksDir !== '' && paths.includes(stacksDir))
		return 'never: the stacks directory, each stack is copied by itself';
	if (engineRoot === '') return undefined;
	const volumes = `${engineRoot}/volumes`;
	const insideEngine = paths.some(
		(path) => isInside(path, engineRoot) && (path === volumes || !isInside(path, volumes)),
	);
	return insideEngine ? "never: Docker's own directory" : undefined;
}
