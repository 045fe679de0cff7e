import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../source/process/command.ts';
import { childEnvironment } from '../../source/process/environment.ts';
import { findStrays } from '../../source/process/group.ts';
import { processStat } from '../../source/process/proc.ts';
import { createProcessRunner } from '../../source/process/run.ts';

const runner = createProcessRunner({ cookie: `test-${process.pid}` });

function shell(script: string, extra: Partial<Command> = {}): Command {
	return {
		tool: 'user',
		file: '/bin/sh',
		args: ['-c', script],
		env: childEnvironment({}),
		timeoutMs: 60_000,
		...extra,
	};
}

describe('the process runner', () => {
	test('returns output, exit code and lines', async () => {
		const lines: string[] = [];
		const result = await runner.run(
			shell('echo one; printf two; echo oops >&2; exit 3', { onStdoutLine: (line) => lines.push(line) }),
		);
		expect(result).toMatchObject({ exitCode: 3, stdout: 'one\ntwo', stderr: 'oops\n', timedOut: false });
		expect(lines).toEqual(['one', 'two']);
	});

	test('gives the child a cleaned environment', async () => {
		process.env.RESTIC_PASSWORD_COMMAND = 'leak';
		const result = await runner.run(shell('env', { env: childEnvironment(process.env) }));
		delete process.env.RESTIC_PASSWORD_COMMAND;
		expect(result.stdout).not.toContain('leak');
		expect(result.stdout).toContain('PATH=/usr/local/sbin');
	});

	test('a limit longer than the longest timer does not end the command at once', async () => {
		for (const timeoutMs of [30 * 24 * 3600_000, Number.POSITIVE_INFINITY])
			expect(await runner.run(shell('sleep 0.1; echo done', { timeoutMs }))).toMatchObject({
				timedOut: false,
				exitCode: 0,
			});
	});

	test('a timeout ends the whole group, also a child that ignores SIGTERM', async () => {
		const result = await runner.run(
			shell("trap '' TERM; sleep 100 & sleep 100; wait", { timeoutMs: 100, graceMs: 200 }),
		);
		expect(result.timedOut).toBe(true);
		expect(result.signal).toBe('SIGKILL');
		expect(result.durationMs).toBeLessThan(3000);
		expect(findStrays((value) => value.startsWith(`test-${process.pid}/`))).toEqual([]);
	});

	test('a grandchild in a session of its own is ended too, and does not hold the result', async () => {
		const result = await runner.run(shell('setsid sleep 100 & sleep 100', { timeoutMs: 150, graceMs: 200 }));
		expect(result.timedOut).toBe(true);
		expect(result.durationMs).toBeLessThan(5000);
		expect(findStrays((value) => value.startsWith(`test-${process.pid}/`))).toEqual([]);
	});

	test('a grandchild that keeps the pipe open after a normal end delays the result by the drain limit only, and is ended', async () => {
		const result = await runner.run(shell('setsid sleep 100 & echo done', { tool: 'restic' }));
		expect(result.exitCode).toBe(0);
		expect(result.stdout).toBe('done\n');
		expect(result.durationMs).toBeLessThan(3900);
		await expect.poll(() => findStrays((value) => value.startsWith(`test-${process.pid}/`))).toEqual([]);
	});

	test('a slow reader of a stream gets all of it, also long after the child has ended', async () => {
		const output = new PassThrough({ highWaterMark: 1024 });
		const result = runner.run(shell('head -c 180000 /dev/zero', { stdoutTo: output }));
		await delay(2500);
		let bytes = 0;
		output.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
		});
		expect(await result).toMatchObject({ exitCode: 0 });
		output.end();
		await finished(output);
		expect(bytes).toBe(180_000);
	});

	test('a SIGSTOPped child is ended by a timeout', async () => {
		const running = await runner.start(shell('sleep 100', { timeoutMs: 300, graceMs: 300 }));
		process.kill(running.pid, 'SIGSTOP');
		const result = await running.result;
		expect(result.timedOut).toBe(true);
		expect(result.signal).toBe('SIGTERM');
	});

	test('aborting stops the command', async () => {
		const controller = new AbortController();
		const promise = runner.run(shell('sleep 100', { signal: controller.signal, graceMs: 500 }));
		await delay(50);
		controller.abort();
		expect(await promise).toMatchObject({ aborted: true, signal: 'SIGTERM' });
	});

	test('a child is the leader of its own session', async () => {
		const running = await runner.start(shell('sleep 100'));
		const stat = processStat(running.pid);
		expect([stat?.group, stat?.session]).toEqual([running.pid, running.pid]);
		await running.stop(100);
		expect(processStat(running.pid)).toBeUndefined();
	});

	test('a missing executable is tool-missing', async () => {
		await expect(runner.run({ ...shell(''), file: '/nonexistent/tool' })).rejects.toMatchObject({
			code: 'tool-missing',
		});
	});

	test('keeps the tail of a flood and hands over every line, in bounded memory', async () => {
		let lines = 0;
		const before = process.memoryUsage().rss;
		const result = await runner.run(
			shell('yes abcdefghijklmnopqrstuvwxyz | head -n 2000000', {
				onStdoutLine: () => {
					lines += 1;
				},
				maxOutputBytes: 1000,
			}),
		);
		expect(lines).toBe(2_000_000);
		expect(result.stdout.length).toBe(1000);
		expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
	});

	test('input reaches the child', async () => {
		expect((await runner.run(shell('cat', { input: 'hello' }))).stdout).toBe('hello');
	});

	test('arguments are never read by a shell', async () => {
		const hostile = '$(touch /tmp/backup-tui-pwned); ;id `x` "';
		const result = await runner.run({ ...shell(''), file: '/usr/bin/printf', args: ['%s', hostile] });
		expect(result.stdout).toBe(hostile);
		expect(() => readFileSync('/tmp/backup-tui-pwned')).toThrow();
	});
});
