import { isDeepStrictEqual } from 'node:util';
import { Text } from 'ink';
import { memo } from 'react';
import { toAscii } from '../text/ascii.ts';
import { fitLine, type Line } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import { useTheme } from './theme-context.ts';

interface Properties {
	readonly line: Line;
	readonly width: number;
	/** The selected row: shown inverse, beside its pointer. */
	readonly selected?: boolean;
}

function spanStyle(part: Line[number], theme: Theme, selected: boolean) {
	const { color, dimColor, bold } = theme.styles[part.tone ?? 'plain'];
	return {
		...(color === undefined ? {} : { color }),
		...(dimColor && !selected ? { dimColor } : {}),
		...(bold || part.bold ? { bold: true } : {}),
		...(part.inverse || selected ? { inverse: true } : {}),
	};
}

/** One row of exactly `width` cells; drawn again only when its text or look is another. */
export const TextLine = memo(function TextLine({ line, width, selected = false }: Properties) {
	const theme = useTheme();
	const parts = fitLine(
		theme.ascii ? line.map((part) => ({ ...part, text: toAscii(part.text) })) : line,
		width,
		theme.symbols.ellipsis,
	);
	return (
		<Text wrap="truncate">
			{parts.map((part, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: spans of a line have no identity of their own
				<Text key={index} {...spanStyle(part, theme, selected)}>
					{part.text}
				</Text>
			))}
		</Text>
	);
}, isDeepStrictEqual);
