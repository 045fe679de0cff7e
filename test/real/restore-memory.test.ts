import { randomBytes } from 'node:crypto';
import {
	closeSync,
	createReadStream,
	lstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cli, mountpoint } from './restore-rig.ts';
import {
	compose,
	composeYaml,
	initRepository,
	leftovers,
	type RunningCli,
	run,
	sleeper,
	stack,
	startCli,
	testHost,
	writeDirlist,
} from './rig/index.ts';

const mebibyte = 1024 * 1024;
const gigabyte = 1024 * mebibyte;

/** 10,000 files, and one of a gigabyte without holes: a block of random bytes again and again. */
function fillBig(volume: string): Buffer {
	for (let folder = 0; folder < 100; folder += 1) {
		const path = join(volume, `folder${folder}`);
		mkdirSync(path);
		for (let file = 0; file < 100; file += 1)
			writeFileSync(join(path, `file${file}`), `${folder} ${file}\n`.repeat(20));
	}
	const block = randomBytes(16 * mebibyte);
	const big = openSync(join(volume, 'big'), 'w');
	for (let written = 0; written < gigabyte; written += block.length) writeSync(big, block);
	closeSync(big);
	return block;
}

/** Reads a file or pipe in pieces. @returns how many bytes came, and at which offsets a piece began that is not as written */
async function differing(path: string, block: Buffer) {
	const found: number[] = [];
	let bytes = 0;
	for await (const chunk of createReadStream(path, { highWaterMark: mebibyte }) as AsyncIterable<Buffer>) {
		for (let at = 0; at < chunk.length; ) {
			const from = (bytes + at) % block.length;
			const length = Math.min(chunk.length - at, block.length - from);
			if (chunk.compare(block, from, from + length, at, at + length) !== 0) found.push(bytes + at);
			at += length;
		}
		bytes += chunk.length;
	}
	return { bytes, found };
}

/** Runs the CLI to its end. @returns the most memory its own process ever had, in bytes (VmHWM of proc(5)) */
async function peakOf(cliRun: RunningCli): Promise<number> {
	let peak = 0;
	const look = () => {
		try {
			const status = readFileSync(`/proc/${cliRun.pid}/status`, 'utf8');
			peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024);
		} catch {}
	};
	const timer = setInterval(look, 50);
	const { code, stdout, stderr } = await cliRun.done.finally(() => clearInterval(timer));
	expect(code, stdout.slice(-2000) + stderr.slice(-2000)).toBe(0);
	return peak;
}

test('a volume of 10,000 files and a gigabyte comes back into another one in constant memory', async () => {
	const host = await testHost({
		config: { docker: { SETTLE_SECONDS: 1 }, local_backup: { COMPRESSION: 'off' } },
	});
	const yaml = composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']);
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d']);
	const volume = await mountpoint(host, `${app.project}_data`);
	const block = fillBig(volume);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup', '--no-verify']);

	const into = `${host.name}-into`;
	const restore = ['restore', '--stack', app.name, '--volume', 'data'];
	const peak = await peakOf(startCli(host, [...restore, '--into', into]));
	expect(peak).toBeGreaterThan(20 * mebibyte);
	expect(peak).toBeLessThan(200 * mebibyte);
	const there = await mountpoint(host, into);
	expect(await differing(join(there, 'big'), block)).toEqual({ bytes: gigabyte, found: [] });
	// No holes: what is read is what is on the disk.
	expect(lstatSync(join(there, 'big')).blocks * 512).toBeGreaterThanOrEqual(gigabyte);
	expect(readdirSync(there, { recursive: true })).toHaveLength(10_000 + 100 + 1);
	expect(readFileSync(join(there, 'folder99/file99'), 'utf8')).toBe('99 99\n'.repeat(20));

	const pipe = join(host.directory, 'pipe');
	await run('mkfifo', [pipe]);
	const piped = differing(pipe, block);
	// Opening a pipe for writing waits for its reader.
	await setImmediate();
	const toStream = startCli(host, [...restore, '--include', 'big', '--stdout'], { stdoutTo: pipe });
	expect(await peakOf(toStream)).toBeLessThan(200 * mebibyte);
	expect(await piped).toEqual({ bytes: gigabyte, found: [] });
	expect(await leftovers(host)).toEqual([]);
}, 400_000);
