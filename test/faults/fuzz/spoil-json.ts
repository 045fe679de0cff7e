/** What stands where something else is expected. */
const strangers: readonly unknown[] = [
	null,
	7,
	-1,
	1.5,
	true,
	'',
	'\u001b[2J\n',
	'/../..',
	[],
	{},
	[[]],
	{ constructor: 1 },
];

/** Every place of a JSON document: the keys that lead to it. */
function placesIn(value: unknown, way: readonly string[] = []): readonly (readonly string[])[] {
	if (typeof value !== 'object' || value === null) return [way];
	return [way, ...Object.entries(value).flatMap(([key, one]) => placesIn(one, [...way, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], stranger: unknown): unknown {
	if (key === undefined) return stranger;
	const copy: Record<string, unknown> = Array.isArray(value)
		? ([...value] as never)
		: { ...(value as object) };
	copy[key] = replaced(copy[key], rest, stranger);
	return copy;
}

/** @returns a JSON document again and again, each time with one value of another type or one that means harm */
export function spoiltJson(text: string): readonly string[] {
	const document: unknown = JSON.parse(text);
	return placesIn(document).flatMap((way, index) =>
		// Not all at each place: one after the other, three a place.
		[0, 1, 2].map((step) =>
			JSON.stringify(replaced(document, way, strangers[(index * 3 + step) % strangers.length])),
		),
	);
}
