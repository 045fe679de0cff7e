/** A line for a person to paste. */
export interface NextStep {
	readonly text: string;
	readonly command: string;
}

/** @returns the word as a shell takes it */
function quoteWord(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export interface NextStepsInput {
	/** Where the repository is now. */
	readonly target: string;
	/** The configured repository, if it is a local directory. */
	readonly configured: string | undefined;
	/** True when something is at the configured place. */
	readonly configuredExists: boolean;
	/** `--config FILE`, when it must be given. */
	readonly configFile: string | undefined;
	/** Names of stacks in it. */
	readonly stacks: readonly string[];
	/** Password file of a second repository made by `restic copy`, else empty. */
	readonly copyPasswordFile: string;
}

/** What to do with a repository that was brought back, as commands that work when pasted. */
export function nextSteps(input: NextStepsInput): readonly NextStep[] {
	const { target, configured, configuredExists, configFile, copyPasswordFile } = input;
	const program = [
		'backup-tui',
		...(configFile === undefined ? [] : ['--config', quoteWord(configFile)]),
	].join(' ');
	const password = copyPasswordFile === '' ? '' : `RESTIC_PASSWORD_FILE=${quoteWord(copyPasswordFile)} `;
	const here = target === configured ? '' : `${password}RESTIC_REPOSITORY=${quoteWord(target)} `;
	const [stack] = input.stacks;
	const steps: NextStep[] = [{ text: 'See what is in it', command: `${here}${program} snapshots list` }];
	if (stack !== undefined) {
		const others = input.stacks.length > 1 ? ` (or ${input.stacks.slice(1, 4).join(', ')} ...)` : '';
		steps.push({
			text: `See what bringing ${stack}${others} back would change; without --dry-run it is done`,
			command: `${here}${program} restore --stack ${quoteWord(stack)} --in-place --dry-run`,
		});
	}
	if (configured !== undefined && configured !== target && !configuredExists) {
		steps.push({
			text: 'Make it the repository again',
			command: `mkdir -p ${quoteWord(configured.replace(/\/[^/]*$/, '') || '/')} && mv -T ${quoteWord(target)} ${quoteWord(configured)}`,
		});
	}
	return steps;
}
