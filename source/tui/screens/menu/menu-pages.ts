import type { MenuPage, ScreenName, UiState } from '../../store/state.ts';

/** What a line of the menu does. */
export type MenuChoice =
	| { readonly kind: 'page'; readonly page: MenuPage }
	| { readonly kind: 'go'; readonly screen: ScreenName }
	| {
			readonly kind: 'do';
			readonly what:
				| 'backup'
				| 'backup-preview'
				| 'sync'
				| 'sync-preview'
				| 'test-remotes'
				| 'remote-size'
				| 'restore'
				| 'fetch-repository'
				| 'fetch-preview'
				| 'health'
				| 'status'
				| 'verify'
				| 'leave';
	  };

export interface MenuItem {
	readonly label: string;
	/** The letter that does the same, as in the older program. */
	readonly letter: string;
	readonly choice: MenuChoice;
	/** Can be chosen only when this screen is there. */
	readonly needs?: ScreenName;
}

const back: MenuItem = { label: 'Back', letter: '0', choice: { kind: 'page', page: 'main' } };
const act = (
	label: string,
	letter: string,
	what: Extract<MenuChoice, { kind: 'do' }>['what'],
	needs?: ScreenName,
) => ({ label, letter, choice: { kind: 'do', what }, ...(needs === undefined ? {} : { needs }) }) as const;
const page = (label: string, letter: string, to: MenuPage, needs?: ScreenName) =>
	({ label, letter, choice: { kind: 'page', page: to }, ...(needs === undefined ? {} : { needs }) }) as const;
const go = (label: string, letter: string, screen: ScreenName) =>
	({ label, letter, choice: { kind: 'go', screen }, needs: screen }) as const;

/** The numbered menus: the same pages, numbers and letters as the older program. */
export const menuPages: Readonly<
	Record<MenuPage, { readonly title: string; readonly items: readonly MenuItem[] }>
> = {
	main: {
		title: 'Menu',
		items: [
			page('Backup', 'r', 'backup', 'run'),
			page('Cloud sync', 'c', 'sync', 'cloud'),
			page('Cloud restore', 'v', 'restore', 'cloud'),
			go('Directory management', 'd', 'stacks'),
			page('Status & logs', 's', 'status'),
			page('Restic repository', 'l', 'restic', 'snapshots'),
			act('Leave', 'q', 'leave'),
		],
	},
	backup: {
		title: 'Backup',
		items: [
			act('Run now', 'r', 'backup', 'run'),
			act('Preview (dry run)', 'p', 'backup-preview', 'run'),
			back,
		],
	},
	sync: {
		title: 'Cloud sync',
		items: [
			act('Run now', 'r', 'sync', 'cloud'),
			act('Preview (dry run)', 'p', 'sync-preview', 'cloud'),
			act('Test the remotes', 't', 'test-remotes', 'cloud'),
			act('Size of the remote copy', 's', 'remote-size', 'cloud'),
			back,
		],
	},
	restore: {
		title: 'Cloud restore',
		items: [
			act('Fetch the repository', 'r', 'fetch-repository', 'cloud'),
			act('Preview (dry run)', 'p', 'fetch-preview', 'cloud'),
			act('Test the remotes', 't', 'test-remotes', 'cloud'),
			back,
		],
	},
	status: {
		title: 'Status & logs',
		items: [
			act('System status', 's', 'status', 'run'),
			go('Logs', 'l', 'logs'),
			act('Health check', 'h', 'health', 'run'),
			back,
		],
	},
	restic: {
		title: 'Restic repository',
		items: [
			go('List snapshots', 'l', 'snapshots'),
			go('Manage snapshots', 'm', 'snapshots'),
			act('Verify the repository', 'v', 'verify', 'snapshots'),
			back,
		],
	},
};

/** @returns the lines of the page; all of them, so that the numbers stay those of the older program */
export function menuItems(state: UiState): readonly MenuItem[] {
	return menuPages[state.screens.menu.page].items;
}

/** @returns whether what the line needs is there: a remote may not be configured */
export function isAvailable(item: MenuItem, state: UiState): boolean {
	return item.needs === undefined || state.tabs.includes(item.needs);
}
