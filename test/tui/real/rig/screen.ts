import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Host, projectRoot, tools } from '../../../real/rig/index.ts';

/** A real terminal (tmux) with the built program in it. */
export interface Screen {
	/** Rows as a person sees them. */
	text(): string;
	/** The same with colours and weights as escape sequences. */
	styled(): string;
	/** What the program has put on the clipboard (OSC 52). */
	clipboard(): string;
	/** Sends keys by tmux's names (`Enter`, `Space`, `B`), all in one go. */
	keys(...keys: readonly string[]): void;
	/** Types characters as they are. */
	type(text: string): void;
	/** Pastes text; with brackets, as terminals of today do. */
	paste(text: string, bracketed: boolean): void;
	resize(columns: number, rows: number): void;
	/** Resolves once the screen shows it; rejects with the screen after `ms`. */
	waitFor(pattern: string | RegExp, ms?: number): Promise<string>;
	/** Process id of the program. */
	pid(): number;
	/** Closes the terminal, as a dropped SSH connection does. */
	hangUp(): void;
}

export interface ScreenOptions {
	readonly columns?: number;
	readonly rows?: number;
	readonly args?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly noConfig?: boolean;
	/** Shell command line instead of the program alone; `$UI` stands for it. */
	readonly around?: string;
}

let counter = 0;
const handMs = 120;
const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/** Starts the UI for a host in a terminal of its own, closed when the test ends. */
export function openScreen(host: Host, options: ScreenOptions = {}): Screen {
	counter += 1;
	const socket = `${host.name}-${counter}`;
	const tmux = (args: readonly string[], input?: string) => {
		const result = spawnSync('tmux', ['-L', socket, '-u', '-f', '/dev/null', ...args], {
			env: { ...host.env, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
			encoding: 'utf8',
			...(input === undefined ? {} : { input }),
		});
		return result.stdout;
	};
	const config = options.noConfig ? [] : ['--config', host.configFile];
	const program = [tools.node, join(projectRoot, 'bin/backup-tui.js'), ...config, ...(options.args ?? [])];
	const env = Object.entries({ LANG: 'C.UTF-8', ...options.env }).map(([name, value]) => `${name}=${value}`);
	const ui = ['env', ...env, ...program].map(quote).join(' ');
	const line = (options.around ?? '$UI; echo "exit code $?"; exec sleep 600').replace('$UI', ui);
	const { columns = 80, rows = 24 } = options;
	tmux(['new-session', '-d', '-x', String(columns), '-y', String(rows), line]);
	tmux(['set-option', '-s', 'set-clipboard', 'on']);
	onTestFinished(() => {
		tmux(['kill-server']);
	});
	const text = () => tmux(['capture-pane', '-p']);
	let typedAt = 0;
	/** What comes within 60 ms after many characters at once belongs to that paste; a hand is slower. */
	const rest = () => {
		const ms = typedAt + handMs - Date.now();
		if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
	};
	return {
		text,
		styled: () => tmux(['capture-pane', '-p', '-e']),
		clipboard: () => tmux(['show-buffer']),
		keys: (...keys) => {
			rest();
			tmux(['send-keys', ...keys]);
		},
		type: (characters) => {
			tmux(['send-keys', '-l', characters]);
			typedAt = Date.now();
		},
		paste: (content, bracketed) => {
			tmux(['load-buffer', '-'], content);
			tmux(['paste-buffer', ...(bracketed ? ['-p'] : [])]);
		},
		resize: (width, height) => void tmux(['resize-window', '-x', String(width), '-y', String(height)]),
		waitFor: async (pattern, ms = 20_000) => {
			const end = Date.now() + ms;
			for (;;) {
				const now = text();
				if (typeof pattern === 'string' ? now.includes(pattern) : pattern.test(now)) return now;
				if (Date.now() > end) throw new Error(`the screen never showed ${pattern}:\n${now}`);
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
		},
		pid: () => {
			const shell = Number(tmux(['display-message', '-p', '#{pane_pid}']).trim());
			const children = spawnSync('pgrep', ['-P', String(shell)], { encoding: 'utf8' }).stdout.trim();
			return Number(children.split('\n')[0]);
		},
		hangUp: () => void tmux(['kill-server']),
	};
}
