export type Lookup = (name: string) => string | undefined;

/**
 * Why a template cannot be filled in, in Compose's sense: it then refuses to load the file. The message never holds
 * the template, which may be a password from a `.env` file.
 */
export class SubstitutionError extends Error {
	override readonly name = 'SubstitutionError';
}

/**
 * Fills in `$NAME`, `${NAME}`, `${NAME:-default}`, `-`, `:+`, `+`, `:?`, `?` (nested too) and `$$` as Compose does.
 * Unset variables become empty.
 *
 * Source: https://docs.docker.com/reference/compose-file/interpolation/ and compose-go `template`.
 *
 * @throws SubstitutionError
 */
export function substitute(template: string, lookup: Lookup): string {
	let out = '';
	let at = 0;
	while (at < template.length) {
		const dollar = template.indexOf('$', at);
		if (dollar === -1) return out + template.slice(at);
		out += template.slice(at, dollar);
		const next = template[dollar + 1];
		if (next === '$') {
			out += '$';
			at = dollar + 2;
		} else if (next === '{') {
			const end = closingBrace(template, dollar + 1);
			out += braced(template.slice(dollar + 2, end), lookup);
			at = end + 1;
		} else {
			const name = /^[_a-z][_a-z0-9]*/i.exec(template.slice(dollar + 1))?.[0];
			// A lone dollar sign is no variable: it stays.
			out += name === undefined ? '$' : (lookup(name) ?? '');
			at = dollar + 1 + (name?.length ?? 0);
		}
	}
	return out;
}

function braced(inner: string, lookup: Lookup): string {
	const match = /^([_a-z][_a-z0-9]*)(?:(:?)([-+?])(.*))?$/is.exec(inner);
	if (match === null) throw new SubstitutionError('an invalid variable in braces');
	const [, name = '', colon, operator, rest = ''] = match;
	const value = lookup(name);
	const isSet = value !== undefined && (colon !== ':' || value !== '');
	if (operator === '-') return isSet ? value : substitute(rest, lookup);
	if (operator === '+') return isSet ? substitute(rest, lookup) : (value ?? '');
	if (operator === '?' && !isSet) {
		throw new SubstitutionError(`required variable ${name} is missing a value`);
	}
	return value ?? '';
}

function closingBrace(text: string, open: number): number {
	let depth = 0;
	for (let at = open; at < text.length; at++) {
		if (text[at] === '{') depth++;
		else if (text[at] === '}' && --depth === 0) return at;
	}
	throw new SubstitutionError('a variable without its closing brace');
}
