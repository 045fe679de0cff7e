import { expect, test } from 'vitest';
import { parseLocation } from '../../source/restic/location.ts';

test('paths are local, also with a colon in them', () => {
	expect(parseLocation('/srv/a:b')).toMatchObject({ kind: 'local', path: '/srv/a:b' });
	expect(parseLocation('local:/srv/x')).toMatchObject({ kind: 'local', path: '/srv/x' });
});

test('a password in the address is found and not shown', () => {
	expect(parseLocation('rest:https://user:p:4ss@host:8000/x')).toMatchObject({
		kind: 'remote',
		scheme: 'rest',
		secret: 'p:4ss',
		display: 'rest:https://user:***@host:8000/x',
	});
	for (const plain of [
		'sftp:user@host:/x',
		'sftp://user@host//x',
		's3:https://host/b',
		'rclone:r:b',
		'b2:bucket:x',
	])
		expect(parseLocation(plain)).toMatchObject({ kind: 'remote', display: plain });
});
