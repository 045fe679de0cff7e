import { Writable } from 'node:stream';
import { BackupTuiError } from '../../errors.ts';
import type { Run } from '../conduct-run.ts';
import type { ComposeCopy } from './compose-copy.ts';
import type { RestoreDeps } from './deps.ts';
import { pickVariables } from './env-file.ts';
import { inventoryOfManifest, stackOfSnapshot } from './live-stack.ts';
import type { OpenedSnapshot } from './open-snapshot.ts';
import { entryAt } from './write-files.ts';

/** An env file is some kilobytes. */
const largestBytes = 1024 * 1024;

/** @returns a small text file of the snapshot; empty where there is none */
async function textAt(
	{ signal }: Pick<Run, 'signal'>,
	{ source }: Pick<RestoreDeps, 'source'>,
	snapshot: string,
	path: string,
): Promise<string> {
	const entry = await entryAt(source, snapshot, path, signal);
	if (entry?.type !== 'file' || entry.size > largestBytes) return '';
	const chunks: Buffer[] = [];
	const sink = new Writable({
		write: (chunk: Buffer, _encoding, done) => {
			chunks.push(chunk);
			done();
		},
	});
	await source.dump(snapshot, path, sink, { signal });
	return Buffer.concat(chunks).toString('utf8');
}

/**
 * The variables that secrets and configs of a copy are made from, out of the env files in the snapshot: the resolved
 * configuration has only their names.
 *
 * @returns the text of the copy's env file
 * @throws restore-refused naming the secret whose variable is in none of them
 */
export async function environmentOf(
	run: Pick<Run, 'signal'>,
	deps: Pick<RestoreDeps, 'source'>,
	opened: OpenedSnapshot,
	{ variables }: Pick<ComposeCopy, 'variables'>,
): Promise<string> {
	if (variables.length === 0) return '';
	const { realDirectory } = stackOfSnapshot(opened);
	const given = inventoryOfManifest(opened.manifest)?.projects.flatMap((project) => project.envFiles) ?? [];
	const texts: string[] = [];
	for (const path of new Set([`${realDirectory}/.env`, ...given]))
		texts.push(await textAt(run, deps, opened.snapshot.id, path));
	const names = [...new Set(variables.map(({ variable }) => variable))];
	const { text, missing } = pickVariables(texts.join('\n'), names);
	const lost = variables.filter(({ variable }) => missing.includes(variable));
	if (lost.length === 0) return text;
	const list = lost.map(({ what, variable }) => `${what} (variable ${variable})`).join(', ');
	throw new BackupTuiError(
		'restore-refused',
		`the snapshot does not have the content of ${list}: it came from the shell, not from an env file`,
		{
			hint: 'take the files instead: --target DIR, then docker compose -p NAME up in that folder with the variable set',
		},
	);
}
