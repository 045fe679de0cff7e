import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

const source = new URL('../source', import.meta.url).pathname;

interface Import {
	/** Importing file, below source/. */
	readonly from: string;
	/** Imported file below source/, or a package name. */
	readonly to: string;
	readonly typeOnly: boolean;
	readonly dynamic: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
	/\.tsx?$/.test(name),
);

function importsOf(file: string): Import[] {
	const text = readFileSync(join(source, file), 'utf8');
	const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;
	return [...text.matchAll(statement)].map((match) => {
		const target = match[2] ?? match[3] ?? '';
		const to = target.startsWith('.') ? normalize(join(dirname(file), target)) : target;
		return { from: file, to, typeOnly: match[1] !== undefined, dynamic: match[3] !== undefined };
	});
}

const imports = files.flatMap(importsOf);

/** Files at the root of source/ that everybody may import. */
const base = ['errors.ts', 'exit-codes.ts', 'nearest.ts', 'own-program.ts', 'version.ts'];
/** Files at the root of source/ that start a front end. */
const start = ['cli.ts', 'start-ui.ts'];

/** @returns the folder of a file; of a file at the root, what it counts as: whatever is not listed is wiring */
function layerOf(file: string): string {
	if (file.includes('/')) return file.split('/')[0] ?? '';
	if (base.includes(file)) return 'base';
	return start.includes(file) ? 'start' : 'wiring';
}
const isFile = (target: string) => /\.tsx?$/.test(target);

const tools = ['stacks', 'restic', 'rclone', 'runs'];
const below = [...tools, 'process', 'config', 'base'];
/** What each layer may import besides itself. Everything else is forbidden, also to types and to late imports. */
const allowed: Readonly<Record<string, readonly string[]>> = {
	base: [],
	process: ['base'],
	config: ['base'],
	stacks: ['process', 'base'],
	restic: ['process', 'base'],
	rclone: ['process', 'base'],
	runs: ['process', 'base'],
	services: below,
	wiring: ['services', ...below],
	commands: ['start', 'wiring', 'services', ...below],
	tui: ['wiring', 'services', ...below],
	start: ['commands', 'tui', ...below],
};

/** @returns the imports that no arrow allows, as `from -> to` */
function wrongArrows(edges: readonly Pick<Import, 'from' | 'to'>[]): string[] {
	return edges
		.filter(({ from, to }) => isFile(to) && layerOf(to) !== layerOf(from))
		.filter(({ from, to }) => !allowed[layerOf(from)]?.includes(layerOf(to)))
		.map(({ from, to }) => `${from} -> ${to}`);
}

test('imports point down: cli -> commands, tui -> wiring -> services -> stacks, restic, rclone, runs -> process -> base', () => {
	expect(wrongArrows(imports)).toEqual([]);
});

test('an arrow that is not in the table is found, also from and to a new file at the root', () => {
	const edges = [
		{ from: 'services/prune.ts', to: 'wiring-sync.ts' },
		{ from: 'restic/tags.ts', to: 'start-ui.ts' },
		{ from: 'process/run.ts', to: 'new.ts' },
		{ from: 'errors.ts', to: 'process/run.ts' },
		{ from: 'new-folder/file.ts', to: 'process/run.ts' },
		{ from: 'wiring.ts', to: 'commands/spec/table.ts' },
	];
	expect(wrongArrows(edges)).toEqual(edges.map(({ from, to }) => `${from} -> ${to}`));
	expect(wrongArrows([{ from: 'restic/tags.ts', to: 'errors.ts' }])).toEqual([]);
});

test('every folder of source/ has its place in the layers', () => {
	expect([...new Set(files.map(layerOf))].filter((folder) => allowed[folder] === undefined)).toEqual([]);
});

test('services take config as a value: they name its types and run none of its code', () => {
	const wrong = imports.filter(
		({ from, to, typeOnly }) => layerOf(from) === 'services' && to.startsWith('config/') && !typeOnly,
	);
	expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test.each([
	['execa', 'process'],
	['node:child_process', 'process'],
	['ini', 'config'],
	['ink', 'tui'],
	['ink-select-input', 'tui'],
	['react', 'tui'],
	['pino', 'runs'],
])('only source/%s is imported by source/%s/', (name, owner) => {
	const users = imports.filter(({ to }) => to === name || to.startsWith(`${name}/`)).map(({ from }) => from);
	expect(users.filter((file) => layerOf(file) !== owner)).toEqual([]);
});

test('only services/downtime/ writes the journal: what is owed to a stack is decided in one place', () => {
	const writer = 'services/downtime/write-journal.ts';
	const users = imports.filter(({ to }) => to === writer).map(({ from }) => from);
	expect(users.length).toBeGreaterThan(0);
	expect(users.filter((file) => dirname(file) !== dirname(writer))).toEqual([]);
	// The file of an entry is only found by this name.
	const finders = imports.filter(({ to }) => to === 'runs/journal.ts').map(({ from }) => from);
	const naming = finders.filter((file) => readFileSync(join(source, file), 'utf8').includes('entryFile'));
	expect(naming.filter((file) => dirname(file) !== dirname(writer))).toEqual([]);
});

test('the UI is loaded only when it is shown', () => {
	const eager = imports.filter(
		({ from, to, dynamic }) => layerOf(to) === 'tui' && layerOf(from) !== 'tui' && !dynamic,
	);
	expect(eager.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

/** @returns files that import each other in a circle, as chains that end where they began; types and late imports count */
function circles(edges: readonly Pick<Import, 'from' | 'to'>[]): string[] {
	const targets = Map.groupBy(edges, (edge) => edge.from);
	const done = new Set<string>();
	const found: string[] = [];
	const visit = (file: string, path: readonly string[]) => {
		const at = path.indexOf(file);
		if (at >= 0) found.push([...path.slice(at), file].join(' -> '));
		if (at >= 0 || done.has(file)) return;
		for (const { to } of targets.get(file) ?? []) visit(to, [...path, file]);
		done.add(file);
	};
	for (const file of targets.keys()) visit(file, []);
	return found;
}

test('no files import each other in a circle, not even for types or late', () => {
	const edge = (from: string, to: string) => ({ from, to });
	expect(circles([edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('d', 'a')])).toEqual([
		'a -> b -> c -> a',
	]);
	expect(circles(imports.filter(({ to }) => isFile(to)))).toEqual([]);
});

test('there is no folder for odds and ends', () => {
	const names = files
		.map((file) => relative('.', file))
		.filter((file) => /(^|\/)(utils?|helpers?|common)(\/|\.tsx?$)/.test(file));
	expect(names).toEqual([]);
});
