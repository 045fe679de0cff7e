import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { acceptRepository, type RepositoryView, viewRepository } from '../services/accept-repository.ts';
import type { CommandContext } from './context.ts';
import { lookIntoRepository } from './repository-context.ts';

/** `repository` shows which repository is used; `repository accept` says that what is there now is right. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { config } = await context.loadConfig();
	const { identityDeps } = await import('../wiring-repository.ts');
	return await lookIntoRepository(context, async (restic) => {
		const deps = identityDeps({ config, dryRun: context.options.dryRun }, restic);
		const view = await viewRepository(deps);
		if (context.command !== 'repository accept') {
			if (context.options.json) context.output.json(view);
			else for (const line of inWords(view)) context.output.line(line);
			return view.known ? exitCodes.ok : exitCodes.check;
		}
		if (view.known) {
			context.output.line(`${view.location} is as it was in earlier runs: nothing to accept.`);
			return exitCodes.ok;
		}
		if (!(await context.confirm({ text: question(view) }))) {
			context.output.note('nothing was changed');
			return exitCodes.ok;
		}
		const { dryRun, json } = context.options;
		if (!dryRun) acceptRepository(deps, view);
		if (json) context.output.json({ ...view, accepted: !dryRun });
		else context.output.line(`${dryRun ? 'Would accept' : 'Accepted'}: ${consequence(view)}`);
		return exitCodes.ok;
	});
}

function consequence({ id }: RepositoryView): string {
	return id === undefined
		? 'a new repository may be made there (backup-tui backup --init).'
		: `${id.slice(0, 8)} is used from now on.`;
}

function question({ location, id }: RepositoryView): string {
	return id === undefined
		? `There is no repository at ${location}. Forget that one lay there, so that a new one may be made?`
		: `Use the repository ${id.slice(0, 8)} at ${location} from now on?`;
}

function inWords({ location, id, known, earlier }: RepositoryView): readonly string[] {
	const here = id === undefined ? 'no repository is there' : `id ${id}${known ? '' : ', not used before'}`;
	return [
		`${location}: ${here}`,
		...earlier.map(
			(one) =>
				`known: ${one.id.slice(0, 8)}  ${one.location ?? '-'}  since ${one.since.slice(0, 10)}, last used ${one.usedAt.slice(0, 10)}`,
		),
		...(known ? [] : ['If this is right: backup-tui repository accept']),
	];
}
