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
	services: [...below, 'databases', 'file-systems', 'sources'],
	wiring: ['services', ...below],
	commands: ['start', 'wiring', 'services', 'hub', 'agent', ...below],
	tui: ['wiring', 'services', ...below],
	start: ['commands', 'tui', ...below],
	// To come, see docs/architecture.md.
	databases: ['base'],
	'file-systems': ['process', 'base'],
	sources: ['base'],
	protocol: ['base'],
	agent: ['protocol', 'config', 'runs', 'process', 'base'],
	hub: ['protocol', 'config', 'runs', 'process', 'base'],
	page: [],
};
/** What only some starts need: nothing outside of these loads them before it is needed. */
const late = [
	'agent',
	'databases',
	'file-systems',
	'hub',
	'page',
	'protocol',
	'services/databases',
	'services/drill',
	'services/notify',
	'services/sources',
	'services/volumes',
	'sources',
	'tui',
];

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

/** @returns the imports that load what only some starts need, as `from -> to` */
function tooEarly(edges: readonly Import[]): string[] {
	const isLate = (file: string) => late.some((room) => file.startsWith(`${room}/`));
	return edges
		.filter(({ from, to, typeOnly, dynamic }) => isLate(to) && !isLate(from) && !typeOnly && !dynamic)
		.map(({ from, to }) => `${from} -> ${to}`);
}

test('the UI, and every room that only some starts need, is loaded late', () => {
	const edge = {
		from: 'services/backup/copy.ts',
		to: 'databases/postgres.ts',
		typeOnly: false,
		dynamic: false,
	};
	expect(tooEarly([edge, { ...edge, dynamic: true }, { ...edge, typeOnly: true }])).toEqual([
		'services/backup/copy.ts -> databases/postgres.ts',
	]);
	expect(tooEarly(imports)).toEqual([]);
	const ui = imports.filter(
		({ from, to, dynamic }) => layerOf(to) === 'tui' && layerOf(from) !== 'tui' && !dynamic,
	);
	expect(ui).toEqual([]);
});

test('docs/architecture.md names every folder of source/, the rooms to come, and no file that is not there', () => {
	const text = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
	const [tree = '', rest = ''] = text.split('## To add something');
	const folders = new Set(files.filter((file) => file.includes('/')).map(layerOf));
	const named = [...tree.matchAll(/^ {2}([\w-]+)\/ /gm)].map((match) => match[1]);
	expect(named.sort()).toEqual([...folders].sort());

	const [places = '', rooms = ''] = rest.split('## Rooms to come');
	const toCome = [...rooms.matchAll(/^\| `([\w-]+)\/`/gm)].map((match) => match[1] ?? '');
	const known = [...folders, 'base', 'start', 'wiring', ...toCome];
	expect(known.sort()).toEqual(Object.keys(allowed).sort());

	const root = join(source, '..');
	const there = ['source', 'test'].flatMap((top) =>
		readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((file) => `/${top}/${file}`),
	);
	const described = [tree, places, ...rooms.split('\n## ').slice(1)].join('\n');
	const names = [...described.matchAll(/(?<![*\w./-])[\w./-]+\.tsx?\b/g)].map(([name]) =>
		name.replace('../', ''),
	);
	const missing = names.filter(
		(name) => !name.includes('NAME') && !there.some((file) => file.endsWith(`/${name}`)),
	);
	expect(missing).toEqual([]);
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
