import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const module = join(import.meta.dirname, '../../source/process/interruption.ts');

/** Runs a small program that listens as a run does, works for a second after the first signal, and tells what it saw. */
async function program(body: string, signals: readonly NodeJS.Signals[]) {
	const directory = mkdtempSync(join(tmpdir(), 'interruption-'));
	const file = join(directory, 'program.mjs');
	writeFileSync(
		file,
		`import { watchInterruption } from ${JSON.stringify(module)};
		const seen = [];
		const watch = watchInterruption({ ignoreHup: false, onFirst: (s) => seen.push(s), onSecond: () => seen.push('second'), onThird: () => process.exit(7) });
		watch.signal.addEventListener('abort', () => setTimeout(() => { console.log(JSON.stringify({ seen, received: watch.received() ?? null, crash: String(watch.crash() ?? '') })); process.exit(0); }, 700));
		setTimeout(() => process.exit(9), 20000);
		${body}
		console.log('ready');`,
	);
	const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
	const closed = once(child, 'close');
	let text = '';
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
		text += chunk;
	});
	while (!text.includes('ready')) await new Promise((resolve) => setTimeout(resolve, 10));
	for (const signal of signals) {
		child.kill(signal);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	const [code] = await closed;
	rmSync(directory, { recursive: true });
	return { code, ...(code === 0 ? JSON.parse(text.split('\n').at(-2) as string) : {}) };
}

test('the first signal aborts, a second one is told, the process goes on', async () => {
	expect(await program('', ['SIGTERM', 'SIGINT'])).toEqual({
		code: 0,
		seen: ['SIGTERM', 'second'],
		received: 'SIGTERM',
		crash: '',
	});
});

test('a third signal leaves at once', async () => {
	expect(await program('', ['SIGINT', 'SIGINT', 'SIGINT'])).toEqual({ code: 7 });
});

test('a hang-up aborts and its repeats are ignored', async () => {
	expect(await program('', ['SIGHUP', 'SIGHUP', 'SIGHUP'])).toMatchObject({
		code: 0,
		seen: ['SIGHUP'],
		received: 'SIGHUP',
	});
});

test('an error nobody catches aborts instead of ending the process', async () => {
	const result = await program("setTimeout(() => { throw new Error('unexpected'); }, 50);", []);
	expect(result).toEqual({ code: 0, seen: [], received: null, crash: 'Error: unexpected' });
	const rejected = await program("setTimeout(() => { Promise.reject(new Error('rejected')); }, 50);", []);
	expect(rejected).toMatchObject({ code: 0, crash: 'Error: rejected' });
});
