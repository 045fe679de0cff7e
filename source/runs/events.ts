import { type Static, type TSchema, Type } from '@sinclair/typebox';

// The schemas are the source; the TypeScript types are derived from them, so that `schema events` prints
// exactly what the program writes. Additive only: a field is never renamed, retyped or removed within v1.

const stack = Type.String({ description: 'Name of the stack' });
const ms = Type.Number({ description: 'Milliseconds' });
const bytes = Type.Number({ description: 'Bytes' });

const phaseSchema = Type.Union(
	(
		[
			'recover',
			'warm',
			'gate',
			'down',
			'copy',
			'up',
			'settle',
			'verify',
			'retention',
			'prune',
			'check',
			'sync',
			'restore',
		] as const
	).map((name) => Type.Literal(name)),
);
export type Phase =
	| 'recover'
	| 'warm'
	| 'gate'
	| 'down'
	| 'copy'
	| 'up'
	| 'settle'
	| 'verify'
	| 'retention'
	| 'prune'
	| 'check'
	| 'sync'
	| 'restore';

const problem = Type.Object({
	code: Type.String({ description: 'Error code, see the table of errors' }),
	message: Type.String(),
	hint: Type.Optional(Type.String()),
});
export type Problem = Static<typeof problem>;

const stackOutcome = Type.Union(
	(['ok', 'partial', 'failed', 'skipped', 'not-quiesced', 'shrunk', 'left-down'] as const).map((name) =>
		Type.Literal(name),
	),
);
export type StackOutcome = 'ok' | 'partial' | 'failed' | 'skipped' | 'not-quiesced' | 'shrunk' | 'left-down';

function event<T extends string, P extends Record<string, TSchema>>(type: T, fields: P) {
	return Type.Object({ type: Type.Literal(type), ...fields });
}

/** Every event, by type. */
export const eventSchemas = {
	'run-start': event('run-start', {
		command: Type.String({ description: 'backup, sync, restore, check, prune, recover ...' }),
		version: Type.String(),
		pid: Type.Number(),
		trigger: Type.String({ description: 'manual, timer, ui' }),
		dryRun: Type.Boolean(),
		arguments: Type.Array(Type.String()),
	}),
	plan: event('plan', {
		stacks: Type.Array(
			Type.Object({
				stack,
				state: Type.String(),
				method: Type.String(),
				reason: Type.Optional(Type.String({ description: 'Why this method rather than the configured one' })),
				skipped: Type.Optional(Type.String({ description: 'Why the stack is left out' })),
				expectedDowntimeMs: Type.Optional(Type.Number()),
			}),
		),
	}),
	'stack-start': event('stack-start', { stack, state: Type.String(), method: Type.String() }),
	'stack-end': event('stack-end', {
		stack,
		outcome: stackOutcome,
		method: Type.Optional(Type.String()),
		ms,
		downtimeMs: Type.Optional(Type.Number()),
		expectedDowntimeMs: Type.Optional(Type.Number({ description: 'What the history had led to expect' })),
		copyMs: Type.Optional(Type.Number({ description: 'Copy within the downtime' })),
		warmMs: Type.Optional(Type.Number({ description: 'First copy while the stack still ran' })),
		snapshot: Type.Optional(Type.String()),
		addedBytes: Type.Optional(Type.Number()),
		totalBytes: Type.Optional(Type.Number()),
		totalFiles: Type.Optional(Type.Number()),
		problems: Type.Array(problem),
	}),
	'phase-start': event('phase-start', {
		stack: Type.Optional(stack),
		phase: phaseSchema,
		target: Type.Optional(Type.String()),
	}),
	'phase-end': event('phase-end', {
		stack: Type.Optional(stack),
		phase: phaseSchema,
		target: Type.Optional(Type.String()),
		ok: Type.Boolean(),
		ms,
		problem: Type.Optional(problem),
	}),
	progress: event('progress', {
		stack: Type.Optional(stack),
		phase: phaseSchema,
		target: Type.Optional(Type.String({ description: 'The remote' })),
		bytesDone: Type.Number(),
		bytesTotal: Type.Number(),
		filesDone: Type.Number(),
		filesTotal: Type.Number(),
		bytesPerSecond: Type.Optional(Type.Number()),
		secondsLeft: Type.Optional(Type.Number()),
		currentFiles: Type.Optional(Type.Array(Type.String())),
	}),
	'downtime-start': event('downtime-start', { stack, expectedMs: Type.Optional(Type.Number()) }),
	'downtime-end': event('downtime-end', { stack, ms, up: Type.Boolean() }),
	command: event('command', {
		stack: Type.Optional(stack),
		tool: Type.String(),
		argv: Type.Array(Type.String(), { description: 'Redacted' }),
		exitCode: Type.Union([Type.Number(), Type.Null()]),
		ms,
		dryRun: Type.Optional(Type.Boolean({ description: 'Printed, not run' })),
	}),
	snapshot: event('snapshot', {
		stack,
		id: Type.String(),
		parent: Type.Optional(Type.String()),
		files: Type.Number(),
		bytes,
		addedBytes: Type.Number({
			description: 'What the backup of this stack has added to the repository so far, as it lies there',
		}),
		addedInCopyBytes: Type.Optional(
			Type.Number({ description: 'What the copy itself has added, without warm copy, volumes and images' }),
		),
		partial: Type.Boolean(),
	}),
	coverage: event('coverage', {
		stack,
		captured: Type.Number(),
		excluded: Type.Number(),
		missing: Type.Number(),
	}),
	shrink: event('shrink', {
		stack,
		snapshot: Type.String(),
		previous: Type.String(),
		bytes,
		previousBytes: Type.Number(),
		files: Type.Number(),
		previousFiles: Type.Number(),
	}),
	'not-quiesced': event('not-quiesced', { stack, culprits: Type.Array(Type.String()) }),
	recovered: event('recovered', { stack, ok: Type.Boolean(), ms, problem: Type.Optional(problem) }),
	'lock-wait': event('lock-wait', { lock: Type.String(), owner: Type.String(), since: Type.String() }),
	attempt: event('attempt', {
		remote: Type.String(),
		attempt: Type.Number(),
		of: Type.Number(),
		problem: Type.Optional(problem),
		retryInMs: Type.Optional(Type.Number()),
	}),
	guard: event('guard', {
		remote: Type.String(),
		guard: Type.String(),
		ok: Type.Boolean(),
		detail: Type.String(),
	}),
	'restore-plan': event('restore-plan', {
		stack,
		mode: Type.String({ description: 'in-place, target, as' }),
		snapshot: Type.String(),
		snapshotTime: Type.String({ description: 'ISO time, UTC' }),
		overwrites: Type.Boolean({ description: 'Something that is there is overwritten or deleted' }),
		delete: Type.Boolean(),
		outside: Type.Optional(
			Type.Array(Type.String(), { description: "Places not known to be the stack's own: to be agreed to" }),
		),
		notes: Type.Array(Type.String()),
		lines: Type.Array(Type.String(), { description: 'The plan in words' }),
		parts: Type.Array(
			Type.Object({
				kind: Type.String({ description: 'directory, volume, stream, bind' }),
				label: Type.String(),
				from: Type.String(),
				to: Type.String(),
				exists: Type.Boolean(),
				entries: Type.Optional(Type.Number()),
				bytes: Type.Optional(bytes),
				created: Type.Optional(Type.Number()),
				changed: Type.Optional(Type.Number()),
				newer: Type.Optional(Type.Number()),
				deleted: Type.Optional(Type.Number()),
				kept: Type.Optional(Type.Number({ description: 'Not in the snapshot, but never deleted' })),
				path: Type.Optional(Type.String({ description: 'Where it really lies, without links' })),
			}),
		),
	}),
	'restore-end': event('restore-end', {
		stack,
		mode: Type.String(),
		ok: Type.Boolean(),
		snapshot: Type.String(),
		safetySnapshot: Type.Optional(Type.String()),
		state: Type.String({ description: 'up, off, not-started, rolled-back, half, down, files' }),
		where: Type.Optional(Type.String()),
		entries: Type.Number(),
		bytes,
		ms,
		downtimeMs: ms,
		notes: Type.Array(Type.String()),
		next: Type.Optional(
			Type.Array(Type.String(), { description: 'What can be done next, one command each, the best first' }),
		),
	}),
	'sync-end': event('sync-end', {
		remote: Type.String(),
		ok: Type.Boolean(),
		ms,
		transferredBytes: Type.Number(),
		transferredFiles: Type.Number(),
		quarantinedFiles: Type.Number(),
		verified: Type.String({ description: 'How the remote was compared: hash, size+sample ...' }),
		dryRun: Type.Optional(Type.Boolean({ description: 'Nothing was sent or taken away' })),
		problem: Type.Optional(problem),
	}),
	message: event('message', {
		level: Type.Union([
			Type.Literal('debug'),
			Type.Literal('info'),
			Type.Literal('warn'),
			Type.Literal('error'),
		]),
		stack: Type.Optional(stack),
		text: Type.String(),
		hint: Type.Optional(Type.String()),
		code: Type.Optional(Type.String()),
	}),
	interrupted: event('interrupted', {
		signal: Type.String(),
		owed: Type.Array(Type.String({ description: 'Stacks that are down now' })),
	}),
	'run-end': event('run-end', {
		exitCode: Type.Number(),
		ms,
		ok: Type.Number(),
		failed: Type.Number(),
		skipped: Type.Number(),
		remotes: Type.Optional(
			Type.Object(
				{ ok: Type.Number(), failed: Type.Number() },
				{ description: 'Remotes synced by a backup; ok and failed count its stacks alone' },
			),
		),
		addedBytes: Type.Number(),
		downtimeMs: Type.Number(),
		problems: Type.Array(problem),
	}),
} as const;

type EventSchemas = typeof eventSchemas;
export type EventType = keyof EventSchemas;
/** What a service emits: an event without its envelope. */
export type EventBody = { [K in EventType]: Static<EventSchemas[K]> }[EventType];

/** What is on every event: format version, UTC time, run id, number within the run from 1. */
export interface EventEnvelope {
	readonly v: 1;
	readonly ts: string;
	readonly run: string;
	readonly seq: number;
}
export type RunEvent = EventEnvelope & EventBody;

/** Handed to every service; listeners (text, NDJSON, files, UI) stand behind it. */
export type Emit = (event: EventBody) => void;
