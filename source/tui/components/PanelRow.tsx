import { isDeepStrictEqual } from 'node:util';
import { Box } from 'ink';
import { memo } from 'react';
import { Panel, type PanelProperties } from './Panel.tsx';

interface Properties {
	readonly panels: readonly PanelProperties[];
}

/** Panels side by side; drawn again only when one of them shows something new. */
export const PanelRow = memo(function PanelRow({ panels }: Properties) {
	return (
		<Box>
			{panels.map((panel, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a panel is its place on the screen
				<Panel key={index} {...panel} />
			))}
		</Box>
	);
}, isDeepStrictEqual);
