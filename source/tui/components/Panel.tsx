import { isDeepStrictEqual } from 'node:util';
import { Box, Text } from 'ink';
import { memo } from 'react';
import { sanitizeLine } from '../../process/sanitize.ts';
import { toAscii } from '../text/ascii.ts';
import { cellWidth, cutEnd } from '../text/cells.ts';
import type { Line, Tone } from '../text/line.ts';
import { Lines } from './Lines.tsx';
import { useTheme } from './theme-context.ts';

export interface PanelProperties {
	readonly title: string;
	readonly lines: readonly Line[];
	readonly width: number;
	readonly height: number;
	readonly tone?: Tone;
	readonly selected?: number | undefined;
	/** The pane that has the keys, where there are two. */
	readonly focused?: boolean;
}

/** A box with its title in the upper border, exactly `width` by `height` cells; drawn again only when what it shows is new. */
export const Panel = memo(function Panel({
	title,
	lines,
	width,
	height,
	tone = 'plain',
	selected,
	focused = false,
}: PanelProperties) {
	const theme = useTheme();
	const { border, symbols, styles } = theme;
	const inner = width - 2;
	const safe = theme.ascii ? toAscii(title) : sanitizeLine(title);
	const text = cutEnd(safe, inner - 3, symbols.ellipsis);
	const rest = inner - 3 - cellWidth(text);
	const frame = focused ? styles.accent : styles.muted;
	const titleStyle = { ...styles[tone], bold: true };
	const side = Array.from({ length: Math.max(0, height - 2) }, () => border.vertical).join('\n');
	return (
		<Box flexDirection="column" width={width} height={height} flexShrink={0}>
			<Text wrap="truncate">
				<Text {...frame}>{`${border.topLeft}${border.horizontal} `}</Text>
				<Text {...titleStyle}>{text}</Text>
				<Text {...frame}>{` ${border.horizontal.repeat(Math.max(0, rest))}${border.topRight}`}</Text>
			</Text>
			<Box height={height - 2} flexShrink={0}>
				<Text {...frame}>{side}</Text>
				<Lines lines={lines} width={inner} height={height - 2} selected={selected} />
				<Text {...frame}>{side}</Text>
			</Box>
			<Text wrap="truncate" {...frame}>
				{`${border.bottomLeft}${border.horizontal.repeat(inner)}${border.bottomRight}`}
			</Text>
		</Box>
	);
}, isDeepStrictEqual);
