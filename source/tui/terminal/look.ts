import type { Look } from '../theme.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Terminals whose fonts lack the marks and blocks: the Linux console, serial lines. */
const plainTerminals = /^(linux|dumb|vt\d+|ansi|cons\d+|)$/;

function isUtf8(env: Environment): boolean {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
	return /utf-?8/i.test(locale);
}

/** @returns how to draw, from flags and environment; https://no-color.org: any non-empty NO_COLOR counts */
export function detectLook(
	flags: { readonly ascii: boolean; readonly color: boolean; readonly screenReader: boolean },
	env: Environment,
): Look {
	return {
		ascii: flags.ascii || !isUtf8(env) || plainTerminals.test(env.TERM ?? ''),
		color: flags.color && !env.NO_COLOR && env.TERM !== 'dumb',
		screenReader: flags.screenReader,
	};
}
