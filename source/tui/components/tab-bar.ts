import { type LayoutKind, layoutKind, type Size } from '../layout.ts';
import { activityText } from '../selectors/runs.ts';
import type { ScreenName, UiState } from '../store/state.ts';
import { type Line, line, lineWidth, span, spread } from '../text/line.ts';
import type { Theme } from '../theme.ts';

const titles: Readonly<Record<ScreenName, string>> = {
	home: 'Home',
	stacks: 'Stacks',
	run: 'Run',
	snapshots: 'Snaps',
	cloud: 'Cloud',
	logs: 'Logs',
	doctor: 'Doctor',
	restore: 'Restore',
	setup: 'Setup',
	menu: 'Menu',
};

const numbers: Readonly<Partial<Record<ScreenName, number>>> = {
	home: 1,
	stacks: 2,
	run: 3,
	snapshots: 4,
	cloud: 5,
	logs: 6,
	doctor: 7,
};

/** @returns the screen a digit leads to, when it is built */
export function screenOfNumber(digit: string, tabs: readonly ScreenName[]): ScreenName | undefined {
	return tabs.find((name) => String(numbers[name]) === digit);
}

/** The tab that stands for a screen without one of its own. */
function shownAs(active: ScreenName, state: UiState): ScreenName {
	if (active === 'restore') return 'snapshots';
	return active === 'menu' ? state.screens.menu.from : active;
}

function tabs(state: UiState, kind: LayoutKind): Line {
	const active = shownAs(state.active, state);
	if (kind === 'minimal') {
		const number = active === state.active ? numbers[active] : undefined;
		const name = titles[state.active];
		return line(
			{ text: `${state.hostName}  ` },
			{ text: number === undefined ? name : `${number} ${name}`, tone: 'accent', bold: true },
		);
	}
	const parts = state.tabs.flatMap((name) => {
		const number = numbers[name];
		const label = number === undefined ? titles[name] : `${number} ${titles[name]}`;
		return name === active
			? [{ text: `[${label}]`, tone: 'accent' as const, bold: true }, { text: ' ' }]
			: [{ text: ` ${label}  ` }];
	});
	return line(`${state.hostName} `, ...parts);
}

/** @returns the first row: host, tabs, and in the corner what is going on */
export function tabBarLine(state: UiState, size: Size, theme: Theme): Line {
	const { text, busy } = activityText(state);
	const { symbols } = theme;
	if (state.active === 'setup')
		return spread(tabs(state, 'normal'), line('setup'), size.columns, symbols.ellipsis);
	const corner = busy
		? line(span(`${symbols.running} ${text}`, 'accent'))
		: line(span(`${text} `, 'muted'), span(symbols.idle, 'ok'));
	const kind = layoutKind(size, theme.linear);
	const left = tabs(state, kind);
	// The host's name gives way before the tabs do.
	const over = lineWidth(left) + lineWidth(corner) + 1 - size.columns;
	const [host, ...rest] = left;
	if (over > 0 && host !== undefined) {
		const short = host.text.trim().slice(0, Math.max(0, host.text.trim().length - over));
		return spread(
			line(short === '' ? '' : `${short} `, ...rest),
			line(' ', ...corner),
			size.columns,
			symbols.ellipsis,
		);
	}
	return spread(left, corner, size.columns, symbols.ellipsis);
}
