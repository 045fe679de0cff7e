import type { TSchema } from '@sinclair/typebox';
import { type EventType, eventSchemas, type RunEvent } from './events.ts';

/** Whether a value has the shape of a schema. Which words an enumeration has is left open: a newer program knows more. */
function fits(schema: TSchema, value: unknown): boolean {
	const { anyOf } = schema as { readonly anyOf?: readonly TSchema[] };
	if (anyOf !== undefined) return anyOf.some((one) => fits(one, value));
	switch (schema.type) {
		case 'object': {
			if (typeof value !== 'object' || value === null) return false;
			const found = value as Readonly<Record<string, unknown>>;
			const required: readonly string[] = schema.required ?? [];
			return Object.entries(schema.properties as Readonly<Record<string, TSchema>>).every(([key, inner]) =>
				found[key] === undefined ? !required.includes(key) : fits(inner, found[key]),
			);
		}
		case 'array':
			return Array.isArray(value) && value.every((item) => fits(schema.items, item));
		case 'null':
			return value === null;
		default:
			return typeof value === schema.type;
	}
}

/**
 * Whether something read from an event file is an event. A type that is not known is one, of a newer program; one whose
 * fields are not what they should be (a damaged disk) would break whoever shows it.
 */
export function isEvent(value: unknown): value is RunEvent {
	if (typeof value !== 'object' || value === null) return false;
	const { type, seq, ts } = value as Partial<Record<'type' | 'seq' | 'ts', unknown>>;
	if (typeof type !== 'string' || typeof seq !== 'number' || typeof ts !== 'string') return false;
	return !Object.hasOwn(eventSchemas, type) || fits(eventSchemas[type as EventType], value);
}
