import { composeYaml, type Host, sleeper, stack, writeDirlist } from '../../../real/rig/index.ts';

/** Writes stacks that are never started, with short names, and a dirlist in which all are off. */
export async function idleStacks(host: Host, names: readonly string[]): Promise<void> {
	for (const name of names) await stack(host, name, composeYaml([sleeper('web')]), { exactName: true });
	await writeDirlist(host, Object.fromEntries(names.map((name) => [name, false])));
}
