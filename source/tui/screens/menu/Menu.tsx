import { Box, Text } from 'ink';
import SelectInput, { type IndicatorProps, type ItemProps } from 'ink-select-input';
import { use } from 'react';
import { ChoiceContext } from '../../components/choice-context.ts';
import { useTheme } from '../../components/theme-context.ts';
import { type Line, line, span } from '../../text/line.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';
import { isAvailable, menuItems, menuPages } from './menu-pages.ts';

function Indicator({ isSelected = false }: IndicatorProps) {
	const theme = useTheme();
	return <Text {...theme.styles.accent}>{isSelected ? `${theme.symbols.pointer} ` : '  '}</Text>;
}

function Item({ isSelected = false, label }: ItemProps) {
	const theme = useTheme();
	return (
		<Text inverse={isSelected} {...(isSelected ? theme.styles.title : {})}>
			{label}
		</Text>
	);
}

function View({ state, theme }: ViewProperties) {
	const { page } = state.screens.menu;
	const choose = use(ChoiceContext);
	const items = menuItems(state).map((item, index) => ({
		key: `${page}-${index}`,
		label: `${index + 1}  ${item.label.padEnd(26)}${item.letter}${isAvailable(item, state) ? '' : '   no remote is configured'}`,
		value: String(index),
	}));
	return (
		<Box flexDirection="column" paddingLeft={2} paddingTop={1}>
			<Text {...theme.styles.title}>{menuPages[page].title}</Text>
			<Box marginTop={1}>
				<SelectInput
					key={page}
					items={items}
					indicatorComponent={Indicator}
					itemComponent={Item}
					onSelect={(item) => choose(Number(item.value))}
				/>
			</Box>
		</Box>
	);
}

/** The numbered menus of the older program, one key away. */
export const menu: ScreenModule = {
	contexts: () => ['menu', 'global'],
	View,
	minimal: (state): Line[] => [
		line(span(menuPages[state.screens.menu.page].title, 'title')),
		...menuItems(state).map((item, index) => line(`${index + 1} ${item.label} `, span(item.letter, 'muted'))),
	],
};
