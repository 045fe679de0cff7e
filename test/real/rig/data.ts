import { chmod, link, lutimes, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/**
 * Fills a directory with what backups get wrong: odd names, modes, owners, times with nanoseconds, links of both kinds,
 * an empty file and directory, a file of some size, a fifo. Compare with `compareTrees`.
 */
export async function fillWithOddFiles(directory: string): Promise<void> {
	const at = (...parts: string[]) => join(directory, ...parts);
	await mkdir(at('sub dir', 'empty'), { recursive: true });
	const files: Readonly<Record<string, string | Buffer>> = {
		'plain.txt': 'plain\n',
		'sub dir/ümläut ☃': 'unicode\n',
		'sub dir/-dash': 'dash\n',
		'a,b': 'comma\n',
		'$(touch pwned)': 'never run\n',
		'new\nline': 'line\n',
		'*': 'star\n',
		empty: '',
		'big.bin': Buffer.alloc(300_000, 'backup'),
	};
	for (const [name, content] of Object.entries(files)) await writeFile(at(name), content);
	await link(at('plain.txt'), at('sub dir', 'hard'));
	await symlink('../plain.txt', at('sub dir', 'soft'));
	await symlink('nowhere', at('dangling'));
	await run('mkfifo', [at('fifo')]);
	await run('chown', ['1234:4321', at('a,b'), at('sub dir')]);
	await run('chown', ['-h', '99:99', at('dangling')]);
	await chmod(at('empty'), 0o400);
	await chmod(at('*'), 0o4755);
	await chmod(at('sub dir'), 0o1770);
	await lutimes(at('dangling'), 1_000_000_000.25, 1_000_000_000.25);
	await utimes(at('big.bin'), 1_200_000_000.125, 1_200_000_000.125);
	await utimes(at('sub dir', 'empty'), 999_999_999, 999_999_999);
	await utimes(at('sub dir'), 1_100_000_000.5, 1_100_000_000.5);
}
