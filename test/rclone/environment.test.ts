import { expect, test } from 'vitest';
import { rcloneEnvironment } from '../../source/rclone/environment.ts';

test('no RCLONE_ setting of the caller reaches rclone, its remotes and credentials do', () => {
	const environment = rcloneEnvironment({
		RCLONE_RETRIES: 'many',
		RCLONE_CONFIG: '/tmp/other.conf',
		RCLONE_DELETE_EXCLUDED: 'true',
		RCLONE_CONFIG_B2_TYPE: 'b2',
		RCLONE_CONFIG_PASS: 'secret',
		AWS_ACCESS_KEY_ID: 'id',
		LD_PRELOAD: 'x.so',
		HOME: '/root',
	});
	expect(Object.keys(environment).sort()).toEqual(
		[
			'AWS_ACCESS_KEY_ID',
			'HOME',
			'LANG',
			'LC_ALL',
			'PATH',
			'RCLONE_CONFIG_B2_TYPE',
			'RCLONE_CONFIG_PASS',
		].sort(),
	);
});

test("AWS_CA_BUNDLE, which breaks rclone 1.60's S3 backend, is given as SSL_CERT_FILE", () => {
	expect(rcloneEnvironment({ AWS_CA_BUNDLE: '/etc/own.pem' })).toMatchObject({
		SSL_CERT_FILE: '/etc/own.pem',
	});
	const both = rcloneEnvironment({ AWS_CA_BUNDLE: '/etc/own.pem', SSL_CERT_FILE: '/etc/all.pem' });
	expect(both.SSL_CERT_FILE).toBe('/etc/all.pem');
	expect(both).not.toHaveProperty('AWS_CA_BUNDLE');
});
