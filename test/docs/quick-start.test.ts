import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configTemplate } from '../../source/config/template.ts';

const page = readFileSync(new URL('../../docs/quick-start.md', import.meta.url), 'utf8');

test('the lines of the configuration to be corrected are in the generated one, as they are shown', () => {
	const block = /Correct three lines in it.*?```\n(.*?)```/s.exec(page)?.[1] ?? '';
	const lines = block.split('\n').filter((line) => line !== '');
	expect(lines.filter((line) => line.includes('='))).toHaveLength(3);
	const generated = configTemplate().split('\n');
	for (const line of lines) expect(generated).toContain(line);
});

test('the password is made where the generated configuration looks for it', () => {
	const name = /^RESTIC_PASSWORD_FILE=(\S+)$/m.exec(configTemplate())?.[1];
	expect(page).toContain(`base64 > /etc/backup-tui/${name})`);
});
