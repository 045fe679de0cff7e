import { Box } from 'ink';
import { useMemo, useSyncExternalStore } from 'react';
import { ChoiceContext } from './components/choice-context.ts';
import { DialogView } from './components/Dialog.tsx';
import { footerFor } from './components/footer.ts';
import { Lines } from './components/Lines.tsx';
import { noticeLine } from './components/notice.ts';
import { TextLine } from './components/TextLine.tsx';
import { tabBarLine } from './components/tab-bar.ts';
import { ThemeContext } from './components/theme-context.ts';
import { contentRows, layoutKind } from './layout.ts';
import { screens } from './screens/registry.ts';
import type { Store } from './store/store.ts';
import type { Theme } from './theme.ts';

interface Properties {
	readonly store: Store;
	readonly theme: Theme;
	readonly onMenuChoice?: (index: number) => void;
}

const noChoice = () => {};

/** The whole screen: tabs, the active screen or a dialog over it, a notice, the keys. */
export function App({ store, theme, onMenuChoice = noChoice }: Properties) {
	const state = useSyncExternalStore(store.subscribe, store.state);
	const { size } = state;
	const { columns } = size;
	const kind = layoutKind(size, theme.linear);
	const rows = contentRows(size, theme.linear);
	const module = screens[state.active];
	const tabs = useMemo(() => tabBarLine(state, size, theme), [state, size, theme]);
	const notice = noticeLine(state, theme);
	const content =
		state.dialog !== undefined ? (
			<DialogView dialog={state.dialog} state={state} columns={columns} rows={rows} />
		) : kind === 'minimal' ? (
			<Lines lines={module.minimal(state, theme, rows).slice(0, rows)} width={columns} height={rows} />
		) : (
			<module.View state={state} theme={theme} columns={columns} rows={rows} wide={kind === 'wide'} />
		);
	return (
		<ThemeContext value={theme}>
			<ChoiceContext value={onMenuChoice}>
				<Box flexDirection="column" width={columns} height={size.rows}>
					<TextLine line={tabs} width={columns} />
					<Box height={rows} flexShrink={0} flexDirection="column">
						{content}
					</Box>
					{kind !== 'minimal' && <TextLine line={notice ?? []} width={columns} />}
					<TextLine
						line={kind === 'minimal' && notice !== undefined ? notice : footerFor(state, theme)}
						width={columns}
					/>
				</Box>
			</ChoiceContext>
		</ThemeContext>
	);
}
