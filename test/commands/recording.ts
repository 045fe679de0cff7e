import { Readable } from 'node:stream';
import type { CommandContext, CommandIo } from '../../source/commands/context.ts';
import { createContext } from '../../source/commands/create-context.ts';
import { parseArguments } from '../../source/commands/parse.ts';

interface Options {
	readonly terminal?: boolean;
	/** What the person types. */
	readonly input?: string;
	readonly env?: Readonly<Record<string, string>>;
}

/** A context whose output can be read afterwards. */
export interface Recording {
	readonly context: CommandContext;
	readonly io: CommandIo;
	readonly stdout: () => string;
	readonly stderr: () => string;
}

export function record(argv: readonly string[], options: Options = {}): Recording {
	const { terminal = false, input = '', env = {} } = options;
	const written = { stdout: '', stderr: '' };
	const sink = (name: keyof typeof written) => ({
		isTTY: terminal,
		columns: 80,
		write: (text: string) => {
			written[name] += text;
		},
	});
	const stdin = Object.assign(Readable.from(input === '' ? [] : [input]), { isTTY: terminal });
	const io = { stdout: sink('stdout'), stderr: sink('stderr'), stdin };
	const context = createContext({ parsed: parseArguments(argv), argv, io, env, cwd: '/' });
	return { context, io, stdout: () => written.stdout, stderr: () => written.stderr };
}
