import { describe, expect, test } from 'vitest';
import { record } from './recording.ts';

const question = { text: 'Remove it?' };
const named = { text: 'Overwrite web.', typeName: 'web' };

describe('a plain question', () => {
	test.each([
		['y\n', true],
		['YES\n', true],
		['n\n', false],
		['\n', false],
		['', false],
		['yep\n', false],
	])('%j at a terminal is %s', async (input, answer) => {
		const { context, stderr, stdout } = record(['status'], { terminal: true, input });
		expect(await context.confirm(question)).toBe(answer);
		expect(stderr()).toBe('Remove it? [y/N] ');
		expect(stdout()).toBe('');
	});

	test('--yes answers it, a dry run needs no answer', async () => {
		expect(await record(['status', '--yes']).context.confirm(question)).toBe(true);
		expect(await record(['status', '--dry-run']).context.confirm(question)).toBe(true);
	});

	test.each([[['status']], [['status', '--no-input']]])(
		'%j where nobody can be asked is an error',
		async (argv) => {
			const terminal = argv.includes('--no-input');
			const { context } = record(argv, { terminal });
			await expect(context.confirm(question)).rejects.toMatchObject({ exitCode: 64, hint: 'add --yes' });
		},
	);
});

describe('a question that wants a name', () => {
	test.each([
		['web\n', true],
		['y\n', false],
		['\n', false],
		['webb\n', false],
	])('%j at a terminal is %s', async (input, answer) => {
		expect(await record(['status'], { terminal: true, input }).context.confirm(named)).toBe(answer);
	});

	test('--confirm with the right name answers it, --yes alone does not', async () => {
		expect(await record(['status', '--confirm=web']).context.confirm(named)).toBe(true);
		await expect(record(['status', '--confirm=other']).context.confirm(named)).rejects.toMatchObject({
			hint: 'this needs --confirm web',
		});
		await expect(record(['status', '--yes']).context.confirm(named)).rejects.toMatchObject({
			hint: 'add --confirm web',
		});
	});
});
