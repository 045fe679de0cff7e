const nasties = [
	'\0',
	'\u001b[2J',
	'\r\n',
	'"',
	'\\',
	'}',
	'[',
	'null',
	'-1',
	'1e999',
	'__proto__',
	'\ud800',
	'=',
	';',
	'#',
	'%',
	'$(touch pwned)',
	'true',
	'{}',
	'99999999999999999999',
];

/** One change to a text as disks, networks and people make them: cut, flipped, lost, doubled, foreign words. */
export function mutate(text: string, random: () => number): string {
	const at = Math.floor(random() * (text.length + 1));
	const length = Math.floor(random() ** 3 * (text.length - at + 1));
	const kind = Math.floor(random() * 7);
	const before = text.slice(0, at);
	if (kind === 0) return before;
	if (kind === 1) return before + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1);
	if (kind === 2) return before + text.slice(at + length);
	if (kind === 3) return before + text.slice(at, at + length).repeat(2) + text.slice(at + length);
	if (kind === 4) return replaceValue(text, random);
	const nasty = nasties[Math.floor(random() * nasties.length)] ?? '';
	if (kind === 5) return before + nasty + text.slice(at);
	return mutate(mutate(text, random), random);
}

/** Another type or value in the place of one JSON value. */
function replaceValue(text: string, random: () => number): string {
	const values = [...text.matchAll(/:\s*("[^"]*"|-?\d+|true|false|null|\[\]|\{\})/g)];
	const chosen = values[Math.floor(random() * values.length)];
	if (chosen === undefined) return text.slice(1);
	const others = ['null', '[]', '{}', '""', '-1', '"x"', 'true', '1e308', '[null]', '[{}]', '{"a":null}'];
	const other = others[Math.floor(random() * others.length)] ?? '';
	return `${text.slice(0, chosen.index)}:${other}${text.slice(chosen.index + chosen[0].length)}`;
}
