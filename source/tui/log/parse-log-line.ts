import { describeEvent } from '../../runs/describe.ts';
import { type EventBody, type EventType, eventSchemas } from '../../runs/events.ts';
import type { LogLine } from '../store/state.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

function levelOf(value: unknown): LogLine['level'] {
	return levels.find((level) => level === value) ?? (value === 'fatal' ? 'error' : 'info');
}

function subjectOf(record: Readonly<Record<string, unknown>>): string {
	for (const field of ['stack', 'remote', 'target']) {
		const value = record[field];
		if (typeof value === 'string') return value;
	}
	return 'run';
}

/** @returns a line of a run's log (pino's JSON) in words; a line that is none is shown as it is */
export function parseLogLine(raw: string): LogLine {
	let record: Record<string, unknown>;
	try {
		record = JSON.parse(raw) as Record<string, unknown>;
	} catch {
		return { at: Number.NaN, level: 'info', subject: '', text: raw };
	}
	const subject = subjectOf(record);
	const known = typeof record.type === 'string' && record.type in eventSchemas;
	let described: ReturnType<typeof describeEvent>;
	try {
		described = known ? describeEvent(record as unknown as EventBody & { type: EventType }) : undefined;
	} catch {
		// A line of a newer version, with fields this one does not know.
		described = undefined;
	}
	const text = described?.text ?? String(record.msg ?? raw);
	const short = text.startsWith(`${subject}: `) ? text.slice(subject.length + 2) : text;
	return {
		at: Date.parse(String(record.time ?? '')),
		level: levelOf(record.level),
		subject,
		text: short.replaceAll('\n', ' / '),
		...(described?.hint === undefined ? {} : { hint: described.hint }),
	};
}
