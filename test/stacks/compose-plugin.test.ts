import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { findComposePlugin } from '../../source/stacks/compose-plugin.ts';

const program = '\x7fELF and so on';
let root: string;
let docker: string;
let system: string;

function executable(path: string, content = program, mode = 0o755): string {
	mkdirSync(join(path, '..'), { recursive: true });
	writeFileSync(path, content);
	chmodSync(path, mode);
	return path;
}

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'plugin-'));
	const here = root;
	onTestFinished(() => rmSync(here, { recursive: true, force: true }));
	docker = executable(join(root, 'docker'));
	system = join(root, 'system');
});

const find = (env = {}) => findComposePlugin(docker, { HOME: join(root, 'home'), ...env }, [system]);

test("the plugin is looked for as the client does it: the person's, then the system's", () => {
	expect(find()).toBeUndefined();
	const ofSystem = executable(join(system, 'docker-compose'));
	expect(find()).toBe(ofSystem);
	const ofHome = executable(join(root, 'home/.docker/cli-plugins/docker-compose'));
	expect(find()).toBe(ofHome);
	const given = executable(join(root, 'given/cli-plugins/docker-compose'));
	expect(find({ DOCKER_CONFIG: join(root, 'given') })).toBe(given);
});

test('what may do something of its own is not passed by: a script in the place of docker, or other plugin folders', () => {
	executable(join(system, 'docker-compose'));
	executable(docker, '#!/bin/sh\nexec podman "$@"\n');
	expect(find()).toBeUndefined();
	executable(docker);
	expect(find()).toBeDefined();
	executable(join(root, 'home/.docker/config.json'), '{"cliPluginsExtraDirs":["/elsewhere"]}', 0o600);
	expect(find()).toBeUndefined();
});

test('a first plugin that cannot be run leaves it to the client to say so', () => {
	executable(join(system, 'docker-compose'));
	const own = executable(join(root, 'home/.docker/cli-plugins/docker-compose'), program, 0o644);
	expect(find()).toBeUndefined();
	executable(own, '#!/bin/sh\n');
	expect(find()).toBeUndefined();
});
