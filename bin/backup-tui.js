#!/usr/bin/env node
// Old syntax and CommonJS: an older Node has to get as far as the message, and the version is answered without
// starting the loader of ES modules.
var needed = [24, 15];
var have = process.versions.node.split('.').map(Number);
var words = process.argv.slice(2);
var end = words.indexOf('--');

if (have[0] < needed[0] || (have[0] === needed[0] && have[1] < needed[1])) {
	console.error(`error: backup-tui needs Node ${needed.join('.')} or newer, this is ${process.version}`);
	console.error('hint: install a newer Node, or the package that brings its own');
	process.exitCode = 69;
} else if ((end === -1 ? words : words.slice(0, end)).indexOf('--version') !== -1) {
	process.stdout.write(`backup-tui ${require('../package.json').version}\n`);
} else {
	useOwnCompose();
	keepCompiledCode();
	// By require(), which costs half of what import() does at the start.
	try {
		require('../dist/cli.cjs').ended.catch(fail);
	} catch (error) {
		fail(error);
	}
}

function fail(error) {
	console.error(error);
	console.error('hint: is the program built? In a checkout: npm run build');
	process.exitCode = 69;
}

/** Beside the code, for who may write there may change the code itself: never in a directory that others can write to. */
function keepCompiledCode() {
	require('node:module').enableCompileCache(require('node:path').join(__dirname, '..', '.compile-cache'));
}

/** A checkout brings its own Compose (`npm start`); it is used where the machine has none. */
function useOwnCompose() {
	const { existsSync } = require('node:fs');
	const own = require('node:path').join(__dirname, '..', '.tools', 'docker-config');
	const plugin = '/cli-plugins/docker-compose';
	if (process.env.DOCKER_CONFIG || !existsSync(own + plugin)) return;
	const system = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'].map(
		(path) => `${path}/docker`,
	);
	const places = [`${process.env.HOME}/.docker`, ...system];
	if (!places.some((place) => existsSync(place + plugin))) process.env.DOCKER_CONFIG = own;
}
