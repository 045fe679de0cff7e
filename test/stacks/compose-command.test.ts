import { expect, test } from 'vitest';
import { downArguments, upArguments } from '../../source/stacks/compose-command.ts';
import { upFailed } from '../../source/stacks/up-failure.ts';

const project = {
	project: 'app',
	workingDir: '/srv/my app',
	configFiles: ['/srv/my app/compose.yaml', '/etc/more.yaml'],
	envFiles: ['/etc/app.env'],
};
const same = [
	...['compose', '--project-name=app', '--project-directory', '/srv/my app'],
	...['--file', '/srv/my app/compose.yaml', '--file', '/etc/more.yaml', '--env-file', '/etc/app.env'],
	...['--profile', '*'],
];

test('down names the project as it was started, all profiles, and bounds the grace', () => {
	expect(downArguments(project, 30)).toEqual([...same, 'down', '--timeout', '30']);
});

test('up starts exactly what ran: no pull, no build, replicas only where the file says otherwise', () => {
	const replicas = { web: 3, '-odd': 1, db: 1 };
	expect(upArguments(project, { replicas, configured: { db: 1, web: 1, '-odd': 1 } })).toEqual([
		...same,
		...['up', '--detach', '--no-build', '--pull', 'never', '--scale', 'web=3', '--', '-odd', 'db', 'web'],
	]);
	expect(upArguments(project, { replicas: { web: 1 }, keep: true })).toContain('--no-recreate');
});

test.each([
	['Error response from daemon: Bind for 0.0.0.0:80 failed: port is already allocated', /ss -ltnp/],
	['Error response from daemon: No such image: a:1', /image is gone/],
	['dependency failed to start: container app-db-1 is unhealthy', /docker compose logs/],
	['Cannot connect to the Docker daemon at unix:///var/run/docker.sock', /systemctl start docker/],
	['something else', /recover/],
])('a failed up names the culprit and what to do: %s', (text, hint) => {
	const error = upFailed('app', ` Container app-web-1  Starting\n${text}\n`);
	expect(error.code).toBe('up-failed');
	expect(error.message).toContain(text.replace('Error response from daemon: ', ''));
	expect(error.hint).toMatch(hint);
});
