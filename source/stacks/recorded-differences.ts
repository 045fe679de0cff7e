import { BackupTuiError } from '../errors.ts';
import type { DockerAccess } from './docker-access.ts';
import type { CallOptions } from './engine.ts';
import { lookAtBind, type Recorded, recordedVolume } from './recorded.ts';

/** Data that is not what it was. */
export interface LostData {
	readonly kind: 'volume' | 'bind';
	/** Something else is in its place, perhaps since before it was copied. */
	readonly replaced: boolean;
	readonly name: string;
	readonly message: string;
}

/** Volumes and folders a new container would be given empty: those that are gone, or others of the same name. */
export async function lostData(
	access: DockerAccess,
	recorded: Recorded,
	call: CallOptions = {},
): Promise<readonly LostData[]> {
	const volumes = await Promise.all(
		recorded.volumes.map(async (was): Promise<LostData | undefined> => {
			const is = await access.engine.inspectVolume(was.name, call);
			const lost = (message: string, replaced: boolean) => ({
				...{ kind: 'volume' as const, name: was.name, message, replaced },
			});
			if (is === undefined) return lost(`the volume ${was.name} was removed`, false);
			const now = recordedVolume(is, access.engine.local);
			const another = was.identity !== '' && now.identity !== '' && was.identity !== now.identity;
			if (now.driver !== was.driver || another)
				return lost(`the volume ${was.name} was removed and another one made`, true);
			return undefined;
		}),
	);
	const binds = access.engine.local
		? recorded.binds.map((was): LostData | undefined => {
				const is = lookAtBind(was.path);
				const lost = (message: string) => ({
					...{ kind: 'bind' as const, name: was.path, message, replaced: is !== undefined },
				});
				if (is === undefined) return lost(`${was.path} does not exist any more`);
				const vanished = was.filled && !is.filled && was.inode !== is.inode;
				return vanished ? lost(`${was.path} is empty now, and another folder than before`) : undefined;
			})
		: [];
	return [...volumes, ...binds].filter((one) => one !== undefined);
}

/** Snapshots that may hold what was lost. */
export interface RestoreFrom {
	/** Made in this downtime, complete. */
	readonly made: string | undefined;
	/** The newest before it. */
	readonly earlier: string | undefined;
}

/** @param name of the stack, for commands */
export function lostDataError(
	name: string,
	lost: readonly LostData[],
	from: RestoreFrom = { made: undefined, earlier: undefined },
): BackupTuiError {
	const volumes = lost.filter((one) => one.kind === 'volume');
	const replaced = lost.some((one) => one.replaced);
	const snapshot = replaced ? (from.earlier ?? from.made) : (from.made ?? from.earlier);
	const restore = [
		`backup-tui restore --stack ${name} --in-place`,
		...(snapshot === undefined ? [] : [`--snapshot ${snapshot.slice(0, 8)}`]),
		...volumes.map((one) => `--volume ${one.name}`),
	].join(' ');
	const hint =
		volumes.length > 0
			? `the stack is not started on empty data; restore it: ${restore}`
			: 'the stack is not started on empty data: mount the disk or put the folder back';
	return new BackupTuiError(
		'up-failed',
		`${name} is not started: ${lost.map((one) => one.message).join('; ')}`,
		{
			hint,
		},
	);
}

/** @returns the error for an image that is gone, by whatever name; undefined when all are there */
export async function lostImageError(
	access: DockerAccess,
	recorded: Recorded,
	name: string,
): Promise<BackupTuiError | undefined> {
	for (const project of recorded.projects) {
		for (const image of Object.values(project.images)) {
			if ((await access.engine.inspectImage(image.id)) !== undefined) continue;
			const [digest] = image.digests;
			return new BackupTuiError(
				'up-failed',
				`${name} is not started: the image ${image.reference} (${image.id.slice(0, 19)}) was removed`,
				{
					hint:
						digest === undefined
							? `load that image again; or build another and start it by hand: docker compose --project-directory ${project.workingDir} up -d`
							: `docker pull ${digest}`,
				},
			);
		}
	}
	return undefined;
}
