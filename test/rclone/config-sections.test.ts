import { expect, test } from 'vitest';
import {
	filesOf,
	isEncryptedConfig,
	neededSections,
	sectionsOf,
} from '../../source/rclone/config-sections.ts';

const text = `# mine
[b2]
type = b2
key = s3cr=et

[secret]
type = crypt
remote = b2:bucket/dir
password = xyz

[both]
type = union
upstreams = secret:a box:b:ro

[box]
type = sftp
host = example.org
key_file = /root/.ssh/id_box

[other]
type = drive
service_account_file = /etc/drive.json
`;

const names = (...remotes: string[]) =>
	neededSections(sectionsOf(text), remotes).map((section) => section.name);

test('a remote brings those it is built on, and nobody else', () => {
	expect(names('b2')).toEqual(['b2']);
	expect(names('secret:')).toEqual(['b2', 'secret']);
	expect(names('both')).toEqual(['b2', 'secret', 'both', 'box']);
	expect(names('nobody')).toEqual([]);
});

test('sections are taken word for word, with the files they point to', () => {
	expect(neededSections(sectionsOf(text), ['b2'])[0]?.text).toBe('[b2]\ntype = b2\nkey = s3cr=et\n');
	expect(filesOf(neededSections(sectionsOf(text), ['both']))).toEqual(['/root/.ssh/id_box']);
});

test('an encrypted config file is known as one', () => {
	expect(isEncryptedConfig('# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nabc')).toBe(true);
	expect(isEncryptedConfig(text)).toBe(false);
});
