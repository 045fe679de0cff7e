// `npm run bench [-- NAME…] [--small] [--rounds N] [--write]`: what backup-tui costs, beside the plain tools.
import { parseArgs } from 'node:util';
import { build, isBuilt } from '../scripts/setup/product.js';
import { benches } from './benches.js';
import { machine } from './machine.js';
import { resultsTable, writeResults } from './report.js';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		small: { type: 'boolean', default: false },
		rounds: { type: 'string' },
		write: { type: 'boolean', default: false },
	},
});
const unknown = positionals.find((name) => benches[name] === undefined);
if (unknown !== undefined) {
	console.error(`error: there is no bench ${unknown}; known: ${Object.keys(benches).join(' ')}`);
	process.exit(64);
}
if (!isBuilt()) await build();

/** @type {import('./report.js').Result[]} */
const results = [];
for (const name of positionals.length === 0 ? Object.keys(benches) : positionals) {
	const { title, rounds, run } = /** @type {import('./benches.js').Bench} */ (benches[name]);
	const wanted = Number(values.rounds ?? (values.small ? Math.ceil(rounds / 3) : rounds));
	console.error(`== ${name}: ${title}, ${wanted} rounds`);
	const found = await run({ rounds: wanted, small: values.small });
	results.push(...found);
	console.log(resultsTable(found));
}
const setting = { ...(await machine()), small: values.small };
console.log(
	Object.entries(setting)
		.map(([key, value]) => `${key}: ${value}`)
		.join('\n'),
);
if (values.write) writeResults(results, setting);
