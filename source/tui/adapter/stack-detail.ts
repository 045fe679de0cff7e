import type { Config } from '../../config/types.ts';
import type { MountCapture } from '../../stacks/capture.ts';
import type { Stack } from '../../stacks/types.ts';
import type { MountEntry, StackDetail } from '../ports.ts';

function mountLabel({ mount }: MountCapture): string {
	if (mount.name !== '')
		return `${mount.name} (${mount.kind === 'anonymous-volume' ? 'anonymous' : 'volume'})`;
	return mount.source === '' ? `${mount.kind} ${mount.destination}` : mount.source;
}

/** @returns a mount in the words of the screen; what does not exist yet, and tmpfs, is left out on purpose */
function toMount(one: MountCapture): MountEntry {
	const { capture } = one;
	const label = mountLabel(one);
	switch (capture.state) {
		case 'captured':
			return { label, captured: 'captured', why: capture.how === 'path' ? '' : capture.how };
		case 'excluded':
			return { label, captured: 'excluded', why: capture.rule };
		case 'absent':
			return { label, captured: 'excluded', why: capture.reason };
		case 'impossible':
			return { label, captured: 'missing', why: capture.reason };
	}
}

/** @returns what is known of a stack besides its state: files, settings, mounts and whether a backup holds them */
export async function stackDetail(
	options: { readonly config: Config; readonly env: Readonly<Record<string, string | undefined>> },
	stack: Stack,
	signal: AbortSignal,
): Promise<StackDetail> {
	const settings = options.config.stack(stack.name);
	const { readWiredCoverage } = await import('../../wiring-coverage.ts');
	const [coverage] = await readWiredCoverage(options, [stack.key]);
	signal.throwIfAborted();
	const below = `${stack.directory}/`;
	const isUnreadable = stack.unreadable !== undefined;
	const problems = coverage?.problems ?? [];
	// A file that Compose cannot read is one trouble: neither a second warning nor a mount.
	const mounts = coverage?.mounts.filter(
		({ capture }) =>
			capture.state !== 'impossible' || !problems.some((problem) => capture.reason.includes(problem)),
	);
	return {
		composeFiles: stack.composeFiles.map((file) =>
			file.startsWith(below) ? file.slice(below.length) : file,
		),
		project: stack.project,
		method: settings.method,
		excludes: settings.exclude,
		warnings: isUnreadable ? [] : problems,
		...(mounts === undefined
			? {}
			: {
					mounts: mounts.map(toMount).map((mount) => ({
						...mount,
						label: mount.label.startsWith(below) ? `./${mount.label.slice(below.length)}` : mount.label,
					})),
				}),
	};
}
