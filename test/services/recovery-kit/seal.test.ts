import { expect, test } from 'vitest';
import { seal, unseal } from '../../../source/services/recovery-kit/seal.ts';

const secret = JSON.stringify({ password: 'grün ☃ 🎈', long: 'x'.repeat(5000) });

test('a kit opens with its passphrase, whatever stands around it and however its lines are broken', async () => {
	const kit = await seal(secret, 'correct horse');
	expect(await unseal(kit, 'correct horse')).toBe(secret);
	expect(
		await unseal(`Dear me,\r\n\r\n${kit.replaceAll('\n', '\r\n')}\r\n-- \r\nregards`, 'correct horse'),
	).toBe(secret);
	expect(kit).not.toContain('☃');
	expect(kit.split('\n').every((line) => line.length <= 64)).toBe(true);
});

test('another passphrase and any changed byte are refused', async () => {
	const kit = await seal(secret, 'correct horse');
	await expect(unseal(kit, 'correct horse ')).rejects.toThrow(/does not open with this passphrase/);
	const lines = kit.split('\n');
	for (const at of [1, Math.floor(lines.length / 2), lines.length - 3]) {
		const line = lines[at] ?? '';
		const other = line.startsWith('A') ? 'B' : 'A';
		const changed = [...lines.slice(0, at), other + line.slice(1), ...lines.slice(at + 1)].join('\n');
		await expect(unseal(changed, 'correct horse')).rejects.toThrow();
	}
});

test('two kits of the same have nothing in common', async () => {
	const [one, two] = await Promise.all([seal('same', 'pass'), seal('same', 'pass')]);
	expect(one).not.toBe(two);
});

test('the same passphrase typed on another keyboard opens it', async () => {
	const kit = await seal('x', 'u\u0308ber');
	expect(await unseal(kit, '\u00fcber')).toBe('x');
});

test.each([
	['nothing', ''],
	['a half', '-----BEGIN BACKUP-TUI RECOVERY KIT-----\nQlRLSVQB\n-----END BACKUP-TUI RECOVERY KIT-----'],
	[
		'another program',
		`-----BEGIN BACKUP-TUI RECOVERY KIT-----\n${'QUFB'.repeat(40)}\n-----END BACKUP-TUI RECOVERY KIT-----`,
	],
])('%s is not a kit', async (_what, text) => {
	await expect(unseal(text, 'x')).rejects.toThrow(/not a recovery kit/);
});
