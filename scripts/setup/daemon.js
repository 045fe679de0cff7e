import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemPath, toolsDirectory, which } from './places.js';
import { attempt, SetupError } from './run.js';

const daemonLog = join(toolsDirectory, 'dockerd.log');
/** Where Debian's dockerd keeps images, containers, networks and volumes unless it is told otherwise. */
const defaultData = '/var/lib/docker';
const ownData = join(toolsDirectory, 'docker-data');
const pidFile = '/var/run/docker.pid';

/** True where systemd is the init: it then starts and keeps the engine. */
export function usesSystemd() {
	return existsSync('/run/systemd/system');
}

/**
 * Starts dockerd in the background on a machine without systemd (a container, a minimal VM); it stays after we end. Where the
 * kernel has no packet filter, it is started a second time without one.
 *
 * @param {() => Promise<string>} engineVersion '' while it does not answer
 */
export async function startDaemon(engineVersion) {
	removeStalePidFile();
	await mountControlGroups();
	if (await answers([], engineVersion)) return;
	const reason = readFileSync(daemonLog, 'utf8');
	const noFilter = /iptables|nf_tables|ip6tables|NAT/i.test(reason);
	const flags = noFilter ? ['--iptables=false', '--ip6tables=false'] : [];
	if (noFilter && (await answers(flags, engineVersion))) return;
	if (await startsWithDataOfItsOwn(flags, engineVersion)) return;
	throw new SetupError(`dockerd did not start\n    ${excerpt(reason)}\n  All of it: ${daemonLog}`);
}

/**
 * dockerd panics over data that an engine killed in the middle of a change left behind (seen: a network without an address
 * pool in network/files/local-kv.db). Its data is not ours to mend or remove: the sample and the tests then get a directory
 * of their own, new at each start.
 *
 * @param {readonly string[]} flags
 * @param {() => Promise<string>} engineVersion
 */
async function startsWithDataOfItsOwn(flags, engineVersion) {
	if (!existsSync(defaultData)) return false;
	const why = excerpt(readFileSync(daemonLog, 'utf8'));
	rmSync(ownData, { recursive: true, force: true });
	if (!(await answers([...flags, '--data-root', ownData], engineVersion))) return false;
	process.stdout.write(
		`\n  dockerd does not start with what is in ${defaultData}:\n    ${why}\n  It was left as it is; dockerd was started with data of its own in ${ownData}.\n`,
	);
	return true;
}

/**
 * The line that says why, where there is one: a panic is followed by a long trace.
 *
 * @param {string} log
 */
function excerpt(log) {
	const lines = log.trim().split('\n');
	const panic = lines.findIndex((line) => /^(panic|fatal error):/.test(line));
	return (panic === -1 ? lines.slice(-5) : lines.slice(panic, panic + 5)).join('\n    ');
}

/**
 * @param {readonly string[]} flags
 * @param {() => Promise<string>} engineVersion
 */
async function answers(flags, engineVersion) {
	const log = openSync(daemonLog, 'w', 0o600);
	const child = spawn(which('dockerd'), flags, {
		detached: true,
		stdio: ['ignore', log, log],
		env: { ...process.env, PATH: systemPath },
		cwd: '/',
	});
	closeSync(log);
	child.unref();
	let ended = false;
	child.on('error', () => {
		ended = true;
	});
	child.on('exit', () => {
		ended = true;
	});
	const end = Date.now() + 60_000;
	while (!ended && Date.now() < end) {
		if ((await engineVersion()) !== '') return true;
		await delay(300);
	}
	if (!ended) child.kill();
	return false;
}

/** A pid file left by a crash or in a copied disk keeps dockerd from starting once another process has that pid. */
function removeStalePidFile() {
	if (!existsSync(pidFile)) return;
	const pid = readFileSync(pidFile, 'utf8').trim();
	const name = existsSync(`/proc/${pid}/comm`) ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim() : '';
	if (name !== 'dockerd') rmSync(pidFile, { force: true });
}

/** Containers need control groups; without an init that mounts them the directory is empty. */
async function mountControlGroups() {
	const directory = '/sys/fs/cgroup';
	if (existsSync(directory) && readdirSync(directory).length === 0)
		await attempt('mount', ['-t', 'cgroup2', 'none', directory]);
}
