import { Box } from 'ink';
import { useSyncExternalStore } from 'react';
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
import type { UiState } from './store/state.ts';
import type { Store } from './store/store.ts';
import { emptyLine } from './text/line.ts';
import type { Theme } from './theme.ts';

interface Properties {
	readonly store: Store;
	readonly theme: Theme;
	readonly onMenuChoice?: (index: number) => void;
}

const noChoice = () => {};

/** What a part of the screen is drawn from. */
interface PartProperties {
	readonly store: Store;
	readonly theme: Theme;
}

function useUiState(store: Store): UiState {
	return useSyncExternalStore(store.subscribe, store.state);
}

function TabBar({ store, theme }: PartProperties) {
	const state = useUiState(store);
	return <TextLine line={tabBarLine(state, state.size, theme)} width={state.size.columns} />;
}

/** The active screen, or a dialog over it. */
function Content({ store, theme }: PartProperties) {
	const state = useUiState(store);
	const { size, dialog } = state;
	const { columns } = size;
	const kind = layoutKind(size, theme.linear);
	const rows = contentRows(size, theme.linear);
	const module = screens[state.active];
	if (dialog !== undefined) return <DialogView dialog={dialog} state={state} columns={columns} rows={rows} />;
	if (kind === 'minimal') {
		const lines = module.minimal(state, theme, rows).slice(0, rows);
		return <Lines lines={lines} width={columns} height={rows} />;
	}
	return <module.View state={state} theme={theme} columns={columns} rows={rows} wide={kind === 'wide'} />;
}

/** What there is to say above the keys, or instead of them where there is no row for both. */
function BottomRows({ store, theme }: PartProperties) {
	const state = useUiState(store);
	const { columns } = state.size;
	const notice = noticeLine(state, theme);
	if (layoutKind(state.size, theme.linear) === 'minimal')
		return <TextLine line={notice ?? footerFor(state, theme)} width={columns} />;
	return (
		<>
			<TextLine line={notice ?? emptyLine} width={columns} />
			<TextLine line={footerFor(state, theme)} width={columns} />
		</>
	);
}

/**
 * The whole screen: tabs, the active screen or a dialog over it, a notice, the keys. Each part looks at the state for itself:
 * Ink draws everything anew when one box is touched, and a change that nobody sees must touch none.
 */
export function App({ store, theme, onMenuChoice = noChoice }: Properties) {
	const size = useSyncExternalStore(store.subscribe, () => store.state().size);
	return (
		<ThemeContext value={theme}>
			<ChoiceContext value={onMenuChoice}>
				<Box flexDirection="column" width={size.columns} height={size.rows}>
					<TabBar store={store} theme={theme} />
					<Box height={contentRows(size, theme.linear)} flexShrink={0} flexDirection="column">
						<Content store={store} theme={theme} />
					</Box>
					<BottomRows store={store} theme={theme} />
				</Box>
			</ChoiceContext>
		</ThemeContext>
	);
}
