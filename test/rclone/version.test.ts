import { expect, test } from 'vitest';
import { abilitiesOf, parseVersion } from '../../source/rclone/version.ts';

test.each([
	['rclone v1.60.1-DEV\n- os/version: debian 12.11 (64 bit)\n', '1.60.1-DEV', false],
	['rclone v1.75.2\n- os/version', '1.75.2', true],
	['rclone v1.53.3\n', '1.53.3', false],
	['rclone v2.0.0\n', '2.0.0', true],
])('%s', (output, text, inplaceOption) => {
	const version = parseVersion(output);
	if (version === undefined) throw new Error('not a version');
	expect(version.text).toBe(text);
	expect(abilitiesOf(version).inplaceOption).toBe(inplaceOption);
});

test('anything else is no version', () => {
	expect(parseVersion('restic 0.19.1')).toBeUndefined();
});
