import type { Binding, KeyContext } from './binding.ts';
import { keyName } from './lookup.ts';
import { keyTable } from './table.ts';

const titles: readonly { readonly context: KeyContext; readonly title: string }[] = [
	{ context: 'global', title: 'Everywhere' },
	{ context: 'list', title: 'In lists' },
	{ context: 'home', title: 'Home' },
	{ context: 'stacks', title: 'Stacks' },
	{ context: 'run', title: 'Run' },
	{ context: 'snapshots', title: 'Snapshots' },
	{ context: 'cloud', title: 'Cloud' },
	{ context: 'logs', title: 'Logs' },
	{ context: 'doctor', title: 'Doctor' },
	{ context: 'picker', title: 'Directory picker' },
	{ context: 'setup', title: 'First start' },
	{ context: 'restore', title: 'Restore' },
];

const begin = '<!-- keys: generated from source/tui/keys/table.ts -->';
const end = '<!-- /keys -->';

function table(context: KeyContext, title: string): string {
	const bindings: readonly Binding[] = keyTable;
	const rows = bindings
		.filter((binding) => binding.contexts.includes(context))
		.map((binding) => {
			const keys = binding.keys.map((key) => `\`${keyName(key)}\``).join(' ');
			return `| ${keys.replaceAll('|', '\\|')} | ${binding.help}${binding.kind === 'change' ? ' (asks first)' : ''} |`;
		});
	return `### ${title}\n\n| Key | What it does |\n|---|---|\n${rows.join('\n')}\n`;
}

/** @returns the page with its tables of keys written anew */
export function withKeys(page: string): string {
	const first = page.indexOf(begin);
	const last = page.indexOf(end);
	if (first < 0 || last < first) throw new Error('the page has no place for the keys');
	const tables = titles.map(({ context, title }) => table(context, title)).join('\n');
	return `${page.slice(0, first + begin.length)}\n\n${tables}\n${page.slice(last)}`;
}
