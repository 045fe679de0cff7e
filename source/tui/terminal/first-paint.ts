import { tabBarLine } from '../components/tab-bar.ts';
import type { UiState } from '../store/state.ts';
import { lineText } from '../text/line.ts';
import type { Theme } from '../theme.ts';

/**
 * The first frame: the tabs, and that it is coming. Written before Ink is loaded, so that it is there at once; Ink draws
 * over it.
 */
export function firstPaint(state: UiState, theme: Theme): string {
	const tabs = lineText(tabBarLine(state, state.size, theme));
	return `\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H${tabs}\r\n\r\n  looking …\u001b[H`;
}
