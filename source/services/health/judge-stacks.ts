import { formatCount } from '../../runs/units.ts';
import type { Stack } from '../../stacks/types.ts';
import type { HealthFacts } from './facts.ts';
import { type Finding, fine } from './finding.ts';

/** The stacks themselves: are there any, and can each be read. */
export function judgeStacks(facts: HealthFacts): readonly Finding[] {
	const { stacks, stacksTrouble } = facts;
	if (stacksTrouble !== undefined) {
		const { message, hint, exitCode } = stacksTrouble;
		return [
			{
				id: 'stacks',
				level: 'problem',
				subject: '',
				text: message,
				...(hint === undefined ? {} : { hint }),
				...(exitCode === undefined ? {} : { exitCode }),
			},
		];
	}
	const enabled = stacks.filter((stack) => stack.enabled);
	const count = formatCount(stacks.length, 'stack');
	const all =
		enabled.length > 0
			? fine('stacks', `${enabled.length} of ${count} enabled`)
			: ({
					id: 'stacks',
					level: 'problem',
					subject: '',
					text: 'no stack is enabled',
					hint: 'backup-tui stacks enable NAME',
				} as const);
	const names = new Set(stacks.map((stack) => stack.name));
	const sections = facts.stackSections
		.filter((section) => !names.has(section))
		.map(
			(section): Finding => ({
				id: 'stacks',
				level: 'warning',
				subject: section,
				text: `[stack:${section}] in the configuration is no stack`,
				hint: 'correct the name or remove the section',
			}),
		);
	return [all, ...stacks.flatMap((stack) => judgeOne(facts, stack)), ...sections];
}

function judgeOne(facts: HealthFacts, stack: Stack): readonly Finding[] {
	const base = {
		id: 'stacks',
		subject: stack.name,
		level: stack.enabled ? 'problem' : 'warning',
	} as const;
	if (stack.missing) {
		if (!stack.enabled) return [];
		const text = `${stack.name}: the directory ${stack.directory} is missing`;
		return [{ ...base, text, command: ['stacks', 'remove', stack.key] }];
	}
	if (stack.unmanageable !== undefined)
		return [
			{
				...base,
				text: `${stack.name}: cannot be managed: ${stack.unmanageable}`,
				hint: 'rename the directory',
			},
		];
	if (stack.unreadable !== undefined)
		return [
			{
				...base,
				text: `${stack.name}: compose file cannot be read: ${stack.unreadable}`,
				hint: `fix the compose file in ${stack.directory}`,
			},
		];
	const refusal = facts.refusals.get(stack.key);
	if (refusal === undefined || !stack.enabled) return [];
	return [{ ...base, text: refusal.message, ...(refusal.hint === undefined ? {} : { hint: refusal.hint }) }];
}
