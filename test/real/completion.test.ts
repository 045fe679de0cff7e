import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { createHost, type Host } from './rig/index.ts';
import { projectRoot } from './rig/tools.ts';

const runFile = promisify(execFile);
let host: Host;
let env: Readonly<Record<string, string>>;
const odd = "it's $(touch PWNED)";
const runs = ['20261101-030000-000000-aaaa', '20261102-030000-000000-bbbb'];
const ids = ['aaaa1111', 'bbbb2222', 'cccc3333'].map((start) => start.padEnd(64, '0'));

beforeAll(async () => {
	host = await createHost({
		config: {
			'cloud_sync:nas': { RCLONE_REMOTE: '/mnt', RCLONE_PATH: 'nas' },
			'cloud_sync:cloud': { RCLONE_REMOTE: '/mnt', RCLONE_PATH: 'c' },
		},
	});
	for (const name of ['immich', 'paperless', odd]) {
		await mkdir(join(host.stacksDir, name));
		await writeFile(
			join(host.stacksDir, name, 'compose.yaml'),
			'name: x\nservices: {a: {image: "busybox:local"}}\nvolumes:\n  photos: {}\n  library: {}\n',
		);
	}
	await mkdir(join(host.directory, 'bin'));
	await symlink(join(projectRoot, 'bin/backup-tui'), join(host.directory, 'bin/backup-tui'));
	await mkdir(host.stateDir);
	for (const id of runs) {
		await mkdir(join(host.stateDir, 'runs', id), { recursive: true });
		const record = {
			v: 1,
			id,
			command: 'backup',
			pid: 999_999,
			startTime: 1,
			bootId: 'x',
			startedAt: '2026-11-01T03:00:00Z',
		};
		await writeFile(join(host.stateDir, 'runs', id, 'run.json'), JSON.stringify(record));
	}
	const entries = ids.map((snapshot, index) => ({
		at: `2026-11-0${index + 1}T03:00:00Z`,
		run: 'r',
		stack: index === 2 ? 'gone' : 'immich',
		outcome: 'ok',
		ms: 1,
		snapshot,
	}));
	await writeFile(
		join(host.stateDir, 'history.ndjson'),
		entries.map((one) => `${JSON.stringify(one)}\n`).join(''),
	);
	env = { ...host.env, PATH: `${join(host.directory, 'bin')}:${host.env.PATH}`, LC_ALL: 'C.UTF-8' };
	return () => host.dispose();
});

test('F23: names for the completion are found quickly, and nothing is written, asked or opened', async () => {
	// Whatever asks a tool or the password fails here.
	const broken = await readFile(host.configFile, 'utf8').then((text) =>
		text.replace(/^(DOCKER|RESTIC|RCLONE|PASSWORD_FILE) = .*$/gm, '$1 = /nowhere'),
	);
	await writeFile(join(host.directory, 'broken.ini'), broken, { mode: 0o600 });
	const before = await snapshotOf(host.directory);
	for (const kind of ['stacks', 'known-stacks', 'remotes', 'runs', 'live-runs', 'snapshots', 'volumes']) {
		const words = ['--config', 'broken.ini', 'restore', '--stack', 'immich'];
		const script = 'TIMEFORMAT="%U %S"; time backup-tui completion-values "$@"';
		const used: number[] = [];
		for (let round = 0; round < 3; round++) {
			const ended = await runFile('bash', ['-c', script, 'bash', kind, '--', ...words], {
				env,
				cwd: host.directory,
			});
			expect(ended.stdout === '', kind).toBe(kind === 'live-runs');
			const times = /^([\d.]+) ([\d.]+)\n$/.exec(ended.stderr);
			used.push(Number(times?.[1]) + Number(times?.[2]));
		}
		expect(Math.min(...used), kind).toBeLessThan(0.15);
	}
	expect(await snapshotOf(host.directory)).toEqual(before);
});

/** Every file with its time of change. */
async function snapshotOf(directory: string): Promise<readonly string[]> {
	const names = await readdir(directory, { recursive: true });
	return Promise.all(names.map(async (name) => `${name} ${(await lstat(join(directory, name))).mtimeMs}`));
}

type Complete = (line: string) => Promise<readonly string[]>;
const lines = (text: string) => text.split('\n').filter((line) => line !== '');

const bash: Complete = async (line) => {
	const script = `source <(backup-tui completion bash)
complete -p backup-tui >/dev/null || exit 1
COMP_WORDS=(); line=$1
# As readline does it: words at blanks and at =, quotes kept.
while read -r word; do COMP_WORDS+=("$word"); done < <(sed 's/=/ = /g; s/ \\+/\\n/g' <<<"$line")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_backup_tui
printf '%s\\n' "\${COMPREPLY[@]}"`;
	return lines((await runFile('bash', ['-c', script, 'bash', line], { env, cwd: host.directory })).stdout);
};

const fish: Complete = async (line) => {
	const script = 'backup-tui completion fish | source; complete -C "$argv[1]"';
	const { stdout } = await runFile('fish', ['--no-config', '-c', script, line], { env, cwd: host.directory });
	return lines(stdout).map((one) => one.split('\t')[0] ?? '');
};

/** What zsh hands to \`compadd\` at this line, in a terminal of its own. */
const zsh: Complete = async (line) => {
	const script = String.raw`
zmodload zsh/zpty
zpty z zsh -f -i
send() { zpty -w z "$1" }
send "PS1=''; autoload -Uz compinit; compinit -D -u; source <(backup-tui completion zsh)"
send 'compadd () { local -a found; builtin compadd -O found "$@"; (( $#found )) && print -rl -- "<"$^found">"; builtin compadd "$@" }'
send 'finish () { print "<END>"; exit }; show () { comppostfuncs=(finish); zle complete-word; finish }; zle -C complete-word complete-word _main_complete; zle -N show; bindkey "^I" show; print "<"READY">"'
while zpty -r z line; do [[ $line == *'<READY>'* ]] && break; done
zpty -w -n z "$1"$'\t'
while zpty -r z line; do line=\${line%%[$'\r\n']##}; print -r -- "$line"; [[ $line == *'<END>'* ]] && break; done
exit 0`.replaceAll('\\$', '$');
	const { stdout } = await runFile('zsh', ['-f', '-c', script, 'zsh', line], { env, cwd: host.directory });
	return lines(stdout)
		.flatMap((one) => [...one.matchAll(/<([^<>]+)>/g)].map((found) => found[1] ?? ''))
		.filter((one) => one !== 'END');
};

const shells: readonly (readonly [string, Complete])[] = [
	['bash', bash],
	['zsh', zsh],
	['fish', fish],
];

for (const [shell, complete] of shells) {
	const path = ['/bin', '/usr/bin', '/usr/local/bin'].map((place) => join(place, shell));
	test.skipIf(!path.some(existsSync))(
		`F23: completion of ${shell} knows the names that are here`,
		async () => {
			const at = (line: string) => complete(`backup-tui --config ${host.configFile} ${line}`);
			expect(await at('backup im')).toEqual(['immich']);
			expect(await at('backup immich pa')).toEqual(['paperless']);
			expect(await at('stacks enable pa')).toEqual(['paperless']);
			expect(await at('restore --stack ')).toEqual(expect.arrayContaining(['immich', 'paperless', 'gone']));
			expect(await at('restore --stack=im')).toEqual([expect.stringMatching(/immich$/)]);
			expect(await at('restore --stack immich --snapshot ')).toEqual(['latest', 'bbbb2222', 'aaaa1111']);
			expect(await at('restore --stack immich --volume ')).toEqual(
				expect.arrayContaining(['photos', 'library']),
			);
			expect(await at('restore --remote n')).toEqual(['nas']);
			expect(await at('sync ')).toEqual(expect.arrayContaining(['nas', 'cloud']));
			expect(await at('snapshots forget cc')).toEqual(['cccc3333']);
			expect(await at('snapshots diff aa')).toEqual(['aaaa1111']);
			expect(await at('backup --warm al')).toEqual(['always']);
			expect(await at('logs --level wa')).toEqual(['warn']);
			expect(await at('config im')).toEqual(['import']);
			expect(await at('logs ')).toEqual(['latest', ...runs.toReversed()]);
			expect((await at('attach ')).filter((word) => !word.startsWith('-'))).toEqual([]);
			expect(existsSync(join(host.directory, 'PWNED'))).toBe(false);
		},
	);
}
