import { expect, test } from 'vitest';
import { run } from '../../source/commands/schema.ts';
import { eventSchemas } from '../../source/runs/events.ts';
import { record } from './recording.ts';

test('schema events has the envelope and fields of every event', async () => {
	const { context, stdout } = record(['schema', 'events']);
	expect(await run(context)).toBe(0);
	const schema = JSON.parse(stdout());
	expect(schema.anyOf.map((event: { title: string }) => event.title)).toEqual(Object.keys(eventSchemas));
	for (const event of schema.anyOf)
		expect(event.required).toEqual(expect.arrayContaining(['v', 'ts', 'run', 'seq', 'type']));
});

test('schema config is a JSON Schema of the configuration', async () => {
	const { context, stdout } = record(['schema', 'config']);
	expect(await run(context)).toBe(0);
	expect(JSON.parse(stdout()).properties.docker.properties.METHOD.enum).toContain('down');
});
