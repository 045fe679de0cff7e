import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEventBus } from '../../source/runs/event-bus.ts';
import type { EventBody, RunEvent } from '../../source/runs/events.ts';
import { EventReader, followRun } from '../../source/runs/follow.ts';
import { createHistoryListener, medianDowntime, readHistory } from '../../source/runs/history.ts';
import {
	createRunFiles,
	eventsFile,
	listRuns,
	logFile,
	pruneRuns,
	readRun,
} from '../../source/runs/run-files.ts';
import { newRunId } from '../../source/runs/run-id.ts';
import { parseLogLine } from '../../source/tui/log/parse-log-line.ts';

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'runs-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function startRun(id = newRunId(new Date()), startedAt = new Date().toISOString()) {
	const options = { stateDir: directory, logDir: join(directory, 'logs'), level: 'info' };
	const record = { id, command: 'backup', arguments: [], trigger: 'manual', dryRun: false, startedAt };
	const files = createRunFiles(options, record, () => {});
	const bus = createEventBus(id, () => new Date());
	bus.subscribe(files.listener);
	bus.subscribe(createHistoryListener(directory));
	return { id, bus, files };
}

const runEnd: EventBody = {
	type: 'run-end',
	exitCode: 0,
	ms: 5,
	ok: 1,
	failed: 0,
	skipped: 0,
	addedBytes: 1,
	downtimeMs: 2,
	problems: [],
};

describe('run files', () => {
	test('a run is running, then ended; its events and log are on disk', () => {
		const { id, bus, files } = startRun();
		bus.emit({ type: 'message', level: 'warn', text: 'careful' });
		expect(readRun(directory, id)?.status).toBe('running');
		bus.emit(runEnd);
		files.close();
		expect(readRun(directory, id)).toMatchObject({ status: 'ended', summary: { exitCode: 0, ok: 1 } });
		const [line = ''] = readFileSync(logFile(join(directory, 'logs'), id), 'utf8').split('\n');
		expect(line).toContain('"msg":"careful"');
		expect(line.match(/"level":"warn"/g), line).toHaveLength(1);
		expect(parseLogLine(line)).toMatchObject({ level: 'warn', subject: 'run', text: 'careful' });
	});

	test('a run whose process is gone without a summary has crashed', () => {
		const { id, files } = startRun();
		files.close();
		const path = join(directory, 'runs', id, 'run.json');
		writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), startTime: 1 }));
		expect(listRuns(directory)[0]?.status).toBe('crashed');
	});

	test('a follower sees all events once, also those written while it looks on', async () => {
		const { id, bus, files } = startRun();
		for (let index = 0; index < 5000; index += 1)
			bus.emit({ type: 'message', level: 'info', text: `before ${index}` });
		const seen: number[] = [];
		const following = followRun(directory, id, (events: RunEvent[]) =>
			seen.push(...events.map((event) => event.seq)),
		);
		setTimeout(() => bus.emit({ type: 'message', level: 'info', text: 'after' }), 50);
		setTimeout(() => {
			bus.emit(runEnd);
			files.close();
		}, 300);
		expect(await following).toBe(true);
		expect(seen).toEqual(Array.from({ length: 5002 }, (_, index) => index + 1));
	});

	test('a line cut by a crash is left out and does not hide the ones before', () => {
		const { id, bus, files } = startRun();
		bus.emit({ type: 'message', level: 'info', text: 'whole' });
		files.close();
		appendFileSync(eventsFile(directory, id), '{"v":1,"seq":2,"type":"mess');
		const reader = new EventReader(eventsFile(directory, id));
		expect(reader.read()).toMatchObject([{ seq: 1, text: 'whole' }]);
		expect(reader.read()).toEqual([]);
		reader.close();
	});

	test('old runs are removed by count and age, a running one never', () => {
		for (let day = 1; day <= 5; day += 1) {
			const { bus, files } = startRun(`2026010${day}-000000-aaaa`, `2026-01-0${day}T00:00:00.000Z`);
			bus.emit(runEnd);
			files.close();
		}
		const running = startRun('20250101-000000-bbbb', '2025-01-01T00:00:00.000Z');
		const now = new Date('2026-01-06T00:00:00.000Z');
		pruneRuns({ stateDir: directory, logDir: join(directory, 'logs'), keepRuns: 4, keepRunDays: 3 }, now);
		expect(listRuns(directory).map((run) => run.id)).toEqual([
			'20260105-000000-aaaa',
			'20260104-000000-aaaa',
			'20260103-000000-aaaa',
			'20250101-000000-bbbb',
		]);
		expect(existsSync(logFile(join(directory, 'logs'), '20260101-000000-aaaa'))).toBe(false);
		running.files.close();
	});

	test('history keeps what became of each stack, and the median downtime follows from it', () => {
		const { bus, files } = startRun();
		for (const downtimeMs of [5000, 1000, 3000]) {
			bus.emit({ type: 'stack-end', stack: 'web', outcome: 'ok', ms: 1, downtimeMs, problems: [] });
		}
		bus.emit({ type: 'stack-end', stack: 'off', outcome: 'skipped', ms: 1, problems: [] });
		files.close();
		appendFileSync(join(directory, 'history.ndjson'), '{"stack": "we');
		const history = readHistory(directory);
		expect(history.map((entry) => entry.stack)).toEqual(['web', 'web', 'web']);
		expect(medianDowntime(history, 'web')).toBe(3000);
		expect(medianDowntime(history, 'other')).toBeUndefined();
	});
});
