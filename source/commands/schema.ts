import { Type } from '@sinclair/typebox';
import { configJsonSchema } from '../config/json-schema.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { eventSchemas } from '../runs/events.ts';
import type { CommandContext } from './context.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
	const [what] = context.args;
	const schema = what === 'config' ? configJsonSchema() : eventsSchema();
	context.output.line(JSON.stringify(schema, null, 2));
	return exitCodes.ok;
}

/** JSON Schema of one line of `--json` output or of a run's event file. */
function eventsSchema(): unknown {
	const envelope = {
		v: Type.Literal(1, { description: 'Version of the format; fields are only ever added' }),
		ts: Type.String({ format: 'date-time', description: 'UTC' }),
		run: Type.String({ description: 'Id of the run' }),
		seq: Type.Integer({ minimum: 1, description: 'Number within the run' }),
	};
	const events = Object.values(eventSchemas).map((event) =>
		Type.Object({ ...envelope, ...event.properties }, { title: event.properties.type.const }),
	);
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		title: 'backup-tui event',
		...Type.Union(events),
	};
}
