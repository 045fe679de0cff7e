import { expect, test } from 'vitest';
import { holderOf, livingProcesses, type ProcessView } from '../../source/restic/lock-holder.ts';

const lock = { pid: 70, time: 1_000_000 };
const process_ = (view: Partial<ProcessView>): ProcessView => ({
	pid: 70,
	namespacePids: [view.pid ?? 70],
	name: 'restic',
	startedAt: 900_000,
	...view,
});

test('alive, dead, and a pid that means something else by now', () => {
	expect(holderOf(lock, [process_({})])).toEqual({ kind: 'alive', pid: 70 });
	expect(holderOf(lock, [])).toEqual({ kind: 'dead' });
	expect(holderOf(lock, [process_({ pid: 71 })])).toEqual({ kind: 'dead' });
	expect(holderOf(lock, [process_({ name: 'sleep', startedAt: 1_500_000 })])).toMatchObject({
		kind: 'reused',
	});
	expect(holderOf(lock, [process_({ startedAt: 1_500_000 })])).toMatchObject({ kind: 'reused' });
});

test('a restic in a container is found by its inner pid', () => {
	const kernelThread = process_({ pid: 70, name: 'kworker', startedAt: 1 });
	const inContainer = process_({ pid: 4711, namespacePids: [4711, 70] });
	expect(holderOf(lock, [kernelThread, inContainer])).toEqual({ kind: 'alive', pid: 4711 });
	expect(holderOf(lock, [kernelThread])).toEqual({ kind: 'unclear', process: 'kworker (70)' });
});

test('this very process is among the living, with its start time', () => {
	const self = livingProcesses().find(({ pid }) => pid === process.pid);
	const expected = Date.now() - process.uptime() * 1000;
	expect(Math.abs((self?.startedAt ?? 0) - expected)).toBeLessThan(5_000);
});
