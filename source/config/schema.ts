import { cloudSync } from './schema/cloud-sync.ts';
import { docker } from './schema/docker.ts';
import type { SectionKeys } from './schema/key.ts';
import { localBackup } from './schema/local-backup.ts';
import { logging, paths, restore, tools } from './schema/places.ts';
import { stack } from './schema/stack.ts';

/** The sections that exist once, in the order of the template. */
export const sections = {
	docker,
	local_backup: localBackup,
	cloud_sync: cloudSync,
	restore,
	paths,
	tools,
	logging,
} as const satisfies Record<string, SectionKeys>;

export type SectionName = keyof typeof sections;

/** Sections of which there may be many, written `[prefix:NAME]`. */
export const namedSections = { cloud_sync: cloudSync, stack } as const satisfies Record<string, SectionKeys>;

/** One line above each section of the template and the reference. */
export const sectionTitles: Readonly<Record<SectionName | 'stack', string>> = {
	docker: 'Where the stacks are, and how they are stopped and started',
	local_backup: 'The restic repository: where, what, how long',
	cloud_sync: 'The off-site copy. Further ones: [cloud_sync:NAME] with the same keys',
	restore: 'Restoring',
	paths: "Where the program keeps its own files. Empty: the system's usual places",
	tools: 'The programs it runs on',
	logging: 'Logs and the record of runs',
	stack: 'One stack; NAME as in `backup-tui stacks`',
};

/** @returns the canonical name of a key in a section, for a name or alias in any case */
export function canonicalKey(keys: SectionKeys, name: string): string | undefined {
	const wanted = name.toUpperCase();
	if (Object.hasOwn(keys, wanted)) return wanted;
	return Object.entries(keys).find(([, key]) => key.aliases?.includes(wanted))?.[0];
}

/** Every name by which a key can be written in a section. */
export function keyNames(keys: SectionKeys): string[] {
	return Object.entries(keys).flatMap(([name, key]) => [name, ...(key.aliases ?? [])]);
}
