import type { MountCapture } from '../../stacks/capture.ts';
import type { ManifestMount } from './manifest.ts';

/** A mount as the manifest tells it: where it lies in the snapshot, or why it is not there. */
export function toManifestMount({ mount, capture }: MountCapture): ManifestMount {
	const { kind, services, name, source, destination, driver, driverOptions, labels, external } = mount;
	const base = { kind, services, name, source, destination, driver, driverOptions, labels, external };
	switch (capture.state) {
		case 'captured':
			return capture.how === 'stream' ? { ...base, stream: name } : { ...base, path: capture.path };
		case 'excluded':
			return { ...base, notCaptured: `excluded by ${capture.rule}` };
		case 'absent':
		case 'impossible':
			return { ...base, notCaptured: capture.reason };
	}
}
