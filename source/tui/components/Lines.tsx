import { isDeepStrictEqual } from 'node:util';
import { Box } from 'ink';
import { memo } from 'react';
import { emptyLine, type Line } from '../text/line.ts';
import { TextLine } from './TextLine.tsx';

interface Properties {
	readonly lines: readonly Line[];
	readonly width: number;
	readonly height: number;
	/** Index of the selected line. */
	readonly selected?: number | undefined;
}

/**
 * A block of rows of a fixed size: missing ones are blank, those that do not fit are left out. Drawn again only when a row is
 * another.
 */
export const Lines = memo(function Lines({ lines, width, height, selected }: Properties) {
	const rows = Array.from({ length: Math.max(0, height) }, (_, index) => lines[index] ?? emptyLine);
	return (
		<Box flexDirection="column" width={width} height={height} flexShrink={0}>
			{rows.map((content, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
				<TextLine key={index} line={content} width={width} selected={index === selected} />
			))}
		</Box>
	);
}, isDeepStrictEqual);
