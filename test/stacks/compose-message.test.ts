import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { secretsOfEnvFiles, withoutValues } from '../../source/stacks/compose-message.ts';

// What Compose 2.40 and Docker Engine 20.10 print.
describe('T15: no value of a compose or env file is shown', () => {
	test.each([
		'invalid interpolation format for services.w.environment.PW.\nYou may need to escape any $ with another $.\ntop${ecret-word',
		'invalid interpolation format for services.w.environment.PW: "top$ecret{word\nsecond line". You may need to escape any $ with another $',
		'failed to read /srv/w/.env: line 1: unexpected character "%" in variable name "PW%X=topsecretword"',
		'failed to read /srv/w/.env: line 2: unterminated quoted value "topsecretword',
		'Invalid hostPort: topsecretword',
		'invalid spec: topsecretword:relative:what:too: too many colons',
		"decoding failed due to the following error(s):\n\n'services[w].mem_limit' invalid size: 'topsecretword'",
		'error while interpolating services.w.cpus: failed to cast to expected type: strconv.ParseFloat: parsing "topsecretword": invalid syntax',
		'yaml: unmarshal errors:\n  line 3: cannot unmarshal !!str `topsecretword` into map[string]interface {}',
		'\'services[w].healthcheck.interval\' time: invalid duration "topsecretword"',
		'error while mounting volume: mount //nas/x, data: addr=192.168.1.2,username=me,password=topsecretword: permission denied',
		'invalid environment variable: "=topsecretword"',
	])('%s', (text) => {
		const shown = withoutValues(text);
		expect(shown).not.toMatch(/top\$?\{?e?secret|ecret\{?-?word|second line|topsecret/);
		expect(shown).toMatch(/\*\*\*|write \$\$/);
	});

	test.each([
		'service "w" depends on undefined service "db": invalid compose project',
		'env file /srv/w/app.env not found: stat /srv/w/app.env: no such file or directory',
		'error while interpolating services.w.image: required variable TAG is missing a value: set it in .env',
		'validating /srv/w/compose.yaml: services.w must be a mapping',
		'network "proxy" declared as external, but could not be found',
		'yaml: line 5: did not find expected key',
		'Bind for 0.0.0.0:80 failed: port is already allocated',
	])('what holds no value is left as it is: %s', (text) => {
		expect(withoutValues(text)).toBe(text);
	});

	test('what an env file names as a secret is masked in whatever message', () => {
		const directory = mkdtempSync(join(tmpdir(), 'compose-message-'));
		writeFileSync(join(directory, '.env'), 'TAG=latest\nexport DB_PASSWORD="hunter 2!"\nAPI_TOKEN=abcdef\n');
		const secrets = secretsOfEnvFiles(directory, []);
		expect(secrets).toEqual(['hunter 2!', 'abcdef']);
		expect(withoutValues('a new message: hunter 2! latest', secrets)).toBe('a new message: *** latest');
	});
});
