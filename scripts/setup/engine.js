import { askToChangeSystem } from './consent.js';
import { startDaemon, usesSystemd } from './daemon.js';
import { which } from './places.js';
import { attempt, dockerEnvironment, run, SetupError } from './run.js';

/** @returns {Promise<string>} the engine's version, '' when none answers within 20 s */
export async function engineVersion() {
	if (which('docker') === '') return '';
	const args = ['version', '--format', '{{.Server.Version}}'];
	const { ok, stdout } = await attempt('docker', args, { timeoutMs: 20_000, env: dockerEnvironment });
	return ok ? stdout.trim() : '';
}

/** Brings Docker Engine: installs Debian's, and starts it, as far as either is missing. Asks first. */
export async function bringEngine() {
	const socket = process.env.DOCKER_HOST ?? '';
	if (socket !== '') throw new SetupError(`No Docker Engine answers at DOCKER_HOST=${socket}.`);
	if (process.getuid?.() !== 0)
		throw new SetupError(
			'No Docker Engine answers to you. Run this as root: it can then install or start it.',
			77,
		);
	const installed = which('docker') !== '' && which('dockerd') !== '';
	await askToChangeSystem(
		installed
			? 'start Docker Engine'
			: "install Docker Engine (Debian's docker.io, with apt-get) and start it",
	);
	if (!installed) await installEngine();
	if ((await engineVersion()) !== '') return;
	if (usesSystemd()) await run('systemctl', ['start', 'docker']);
	else await startDaemon(engineVersion);
	if ((await engineVersion()) === '') throw new SetupError('Docker Engine was started but does not answer.');
}

async function installEngine() {
	const quiet = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'a' };
	const patient = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-q'];
	// A third party's broken source must not stop Debian's packages: what counts is whether they can be installed.
	await attempt('apt-get', [...patient, 'update'], { env: quiet });
	const packages = ['docker.io'];
	// Debian 13 has the client in a package of its own; a kernel with AppArmor needs its parser to start containers.
	if ((await attempt('apt-cache', ['show', 'docker-cli'])).ok) packages.push('docker-cli');
	if ((await attempt('grep', ['-q', 'Y', '/sys/module/apparmor/parameters/enabled'])).ok)
		packages.push('apparmor');
	await run('apt-get', [...patient, 'install', '-y', '--no-install-recommends', ...packages], { env: quiet });
}
