#!/usr/bin/env node
// Old syntax only: an older Node has to get as far as the message.
var needed = [24, 15];
var have = process.versions.node.split('.').map(Number);
if (have[0] < needed[0] || (have[0] === needed[0] && have[1] < needed[1])) {
	console.error(
		'error: backup-tui needs Node ' +
			needed.join('.') +
			' or newer, and this is Node ' +
			process.versions.node,
	);
	console.error('hint: install a newer Node, or the package that brings its own');
	process.exitCode = 69;
} else {
	import('../dist/cli.js').catch((error) => {
		console.error(error);
		console.error('hint: is the program built? In a checkout: npm run build');
		process.exitCode = 69;
	});
}
