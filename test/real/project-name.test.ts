import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discoverStacks } from '../../source/stacks/discover.ts';

/** Compose itself is asked for the name of each of these directories, and must say what discovery says. */
const service = 'services:\n  a:\n    image: busybox:local\n';
const named = (name: string): string => `name: ${name}\n${service}`;

const directories: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	...Object.fromEntries(
		[
			'Upper',
			'-lead',
			'_lead',
			'--help',
			'-9_',
			'9x',
			'0',
			'a b',
			'a.b',
			'a,b',
			'a=b',
			'A.B-C_D',
			'#x',
			';id',
		]
			.concat([
				'$(touch pwned)',
				'ünï',
				'İx',
				'K',
				'---',
				'__',
				'日本',
				'é',
				"q'q",
				'q"q',
				'b\\s',
				'c:d',
				'[x',
				'x$Y',
			])
			.concat([
				'100%',
				'%41',
				'?x',
				'\u0085x',
				'\u2028x',
				'x\u00a0',
				'x~',
				'x@y',
				'x!',
				'🐳',
				'x'.repeat(200),
			])
			.concat([
				'name with = and true',
				'"quoted"',
				' lead and trail ',
				'(paren)',
				'*',
				'tab\there',
				'..x'.slice(2),
			])
			.map((name) => [name, { 'compose.yaml': service }]),
	),
	'n-upper': { 'compose.yaml': named('Upper') },
	'n-default': { 'compose.yaml': named('${UNSET:-dflt}') },
	'n-nested': { 'compose.yaml': named('"${UNSET:-${ALSO_UNSET:-deep}}-x"') },
	'n-empty': { 'compose.yaml': named('""') },
	'n-left-empty': { 'compose.yaml': named('${UNSET}') },
	'n-lead': { 'compose.yaml': named('_lead') },
	'n-space': { 'compose.yaml': named('a b') },
	'n-dollar': { 'compose.yaml': named('a$$b') },
	'n-env': { 'compose.yaml': named('"${STAGE}-x"'), '.env': 'STAGE=Live # c\n' },
	'n-env-quoted': {
		'compose.yaml': named('"${STAGE}-x"'),
		'.env': 'OTHER="a\nb"\nexport STAGE="in $OTHER"\n',
	},
	'n-quoted-key': { 'compose.yaml': `"name": quoted\n${service}` },
	'n-complex-key': { 'compose.yaml': `? name\n: complex\n${service}` },
	'n-flow': { 'compose.yaml': '{"services":{"a":{"image":"busybox:local"}},"name":"flow"}' },
	'n-indented': { 'compose.yaml': '  name: indented\n  services:\n    a:\n      image: busybox:local\n' },
	'n-comment': { 'compose.yaml': `# name: not this\n${service}# name: nor this\nname: this # one\n` },
	'n-documents': { 'compose.yaml': `${named('one')}---\nname: two\n` },
	'n-folded': { 'compose.yaml': `name: >-\n  folded\n${service}` },
	'n-anchor': { 'compose.yaml': `name: &n anchored\nx-n: *n\n${service}` },
	'n-crlf': { 'compose.yaml': named('crlf').replaceAll('\n', '\r\n') },
	'n-bom': { 'compose.yaml': `\ufeff${named('bom')}` },
	'n-volume': { 'compose.yaml': `${service}volumes:\n  v:\n    name: volume\n` },
	'n-override': { 'compose.yaml': named('base'), 'compose.override.yml': 'name: over\n' },
	'n-override-only': { 'docker-compose.yml': service, 'docker-compose.override.yaml': 'name: over-only\n' },
	'f-four': {
		'compose.yaml': named('first'),
		'compose.yml': named('second'),
		'docker-compose.yml': named('third'),
		'docker-compose.yaml': named('fourth'),
	},
	'f-three': { 'compose.yml': named('second'), 'docker-compose.yml': named('third') },
	'f-two': { 'docker-compose.yml': named('third'), 'docker-compose.yaml': named('fourth') },
	'f-overrides': {
		'compose.yaml': service,
		'compose.override.yaml': 'name: o-yaml\n',
		'compose.override.yml': 'name: o-yml\n',
		'docker-compose.override.yml': 'name: o-docker\n',
	},
	'e-name': { 'compose.yaml': service, '.env': 'COMPOSE_PROJECT_NAME=from-env\n' },
	'e-name-first': { 'compose.yaml': named('file'), '.env': 'COMPOSE_PROJECT_NAME=outranks\n' },
	'e-name-empty': { 'compose.yaml': service, '.env': 'COMPOSE_PROJECT_NAME=\n' },
	'e-file': { 'a.yml': service, 'b.yml': 'name: from-b\n', '.env': 'COMPOSE_FILE=a.yml:b.yml\n' },
	'e-separator': {
		'a.yml': service,
		'b.yml': 'name: from-b2\n',
		'.env': 'COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=a.yml,b.yml\n',
	},
	'e-sub': { 'Sub.Dir/c.yaml': service, '.env': 'COMPOSE_FILE=Sub.Dir/c.yaml\n' },
	'e-sub-env': {
		'sub/c.yaml': named('"${A}-${B}"'),
		'sub/.env': 'A=inner\nB=inner\n',
		'.env': 'COMPOSE_FILE=sub/c.yaml\nA=outer\n',
	},
	'e-colon': { 'compose.yaml': named('"${A}"'), '.env': 'A: yaml-style\n' },
	'e-export': { 'compose.yaml': named('"${A}${B}"'), '.env': "export A='single'\nB=${A:+-and}\n" },
	'e-crlf': { 'compose.yaml': named('"${A}"'), '.env': 'A=dos\r\nB=2\r\n' },
};

/** Compose refuses these altogether; discovery must have said something about each. */
const refused: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	'r-env-name': { 'compose.yaml': service, '.env': 'COMPOSE_PROJECT_NAME=Bad Name\n' },
	'r-env-quote': { 'compose.yaml': service, '.env': 'A="open\n' },
	'r-env-line': { 'compose.yaml': service, '.env': 'not a "pair"\n' },
	'r-file-gone': { 'compose.yaml': service, '.env': 'COMPOSE_FILE=gone.yml\n' },
	'r-file-empty': { 'compose.yaml': service, '.env': 'COMPOSE_FILE=\n' },
	'r-yaml': { 'compose.yaml': `name: x\n${service}bad: [\n` },
	'r-number': { 'compose.yaml': named('123') },
	'r-required': { 'compose.yaml': named('${UNSET:?gone}') },
	'r-interpolation': { 'compose.yaml': named('${}') },
};

let root = '';
let discovery: Discovery;

beforeAll(async () => {
	root = mkdtempSync(join(tmpdir(), 'backup-tui-discovery-names-'));
	for (const [directory, files] of Object.entries({ ...directories, ...refused })) {
		for (const [file, text] of Object.entries(files)) {
			mkdirSync(dirname(join(root, directory, file)), { recursive: true });
			writeFileSync(join(root, directory, file), text);
		}
	}
	symlinkSync('Upper', join(root, 'Link'));
	discovery = await discoverStacks({ stacksDir: root, dirlist: undefined, environment: environment('') });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the project name is the one Compose uses', () => {
	test.each([...Object.keys(directories), 'Link'])('%j', (name) => {
		const directory = join(root, name.replace('\t', '\\x09'));
		const found = discovery.stacks.find((one) => one.directory === directory);
		const compose = askCompose(name);
		if (compose.project === undefined) {
			expect(found?.unmanageable ?? found?.unreadable ?? found?.notes).toBeDefined();
			if (compose.stderr.includes('must not be empty')) expect(found?.project).toBe('');
		} else {
			expect(found?.unmanageable).toBeUndefined();
			expect(found?.project).toBe(compose.project);
		}
	});
});

describe('what Compose refuses is not passed over', () => {
	test.each(Object.keys(refused))('%s', (name) => {
		expect(askCompose(name).project).toBeUndefined();
		const found = discovery.stacks.find((one) => one.key === name);
		expect(found?.unreadable ?? found?.notes?.join()).toMatch(/./);
	});
});

function askCompose(name: string): { readonly project?: string; readonly stderr: string } {
	const directory = join(root, name);
	try {
		const args = ['compose', 'config', '--format', 'json', '--no-consistency'];
		const env = environment(directory);
		const out = execFileSync('docker', args, { cwd: directory, env, timeout: 30_000, stdio: 'pipe' });
		return { project: (JSON.parse(out.toString()) as { name: string }).name, stderr: '' };
	} catch (error) {
		return { stderr: String((error as { stderr?: Buffer }).stderr) };
	}
}

/** PWD is what a shell would have set: Compose names a linked directory by it. */
function environment(directory: string): Record<string, string> {
	const { PATH = '', HOME = '' } = process.env;
	return { PATH, HOME, ...(directory === '' ? {} : { PWD: directory }) };
}
