import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

export { configuredNow } from './configured-now.ts';

import type { TerminalPort } from './controller/create-controller.ts';
import type { UiServices } from './ports.ts';
import { initialState, tabsOf, unavailableActions } from './store/initial.ts';
import { backIn, type Place, placeOf } from './store/place.ts';
import { createStore } from './store/store.ts';
import { clipboardSequence } from './terminal/clipboard.ts';
import { firstPaint } from './terminal/first-paint.ts';
import { holdInput } from './terminal/hold-input.ts';
import { InkInput } from './terminal/ink-input.ts';
import { ownInput } from './terminal/input.ts';
import { detectLook } from './terminal/look.ts';
import { restoreTerminal } from './terminal/restore-terminal.ts';
import { toAscii } from './text/ascii.ts';
import { createTheme } from './theme.ts';

/** What the front door gives the UI. */
export interface UiContext {
	readonly options: { readonly ascii: boolean; readonly color: boolean; readonly screenReader: boolean };
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Loads the configuration and puts the services together. May throw: the UI has not begun then. */
	readonly connect: () => Promise<UiServices>;
	/** Where the person was, when the UI begins again. */
	readonly place?: Place | undefined;
	readonly stdin?: NodeJS.ReadStream;
	readonly stdout?: NodeJS.WriteStream;
}

const stdoutDescriptor = 1;
const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** A hung-up terminal may never let go of the screen: the process ends then anyway, after so many ms. */
const lastResortMs = 1500;
/** How long a change of the dirlist that is being written is waited for, in ms. */
const saveMs = 3000;

/** How the UI ended, and where the person was then. */
export interface UiEnd {
	/** 0, or 129, 130, 143 for signals (129 also for a terminal that hung up), or `configuredNow`. */
	readonly code: number;
	/** None in the setup, which is done once. */
	readonly place: Place | undefined;
}

/**
 * Runs the UI until the person leaves or the terminal is gone. The terminal is left as it was, whatever happens. */
export async function runUi(context: UiContext): Promise<UiEnd> {
	const { env, options } = context;
	const stdin = context.stdin ?? process.stdin;
	const stdout = context.stdout ?? process.stdout;
	holdInput({ input: stdin, write: (text) => stdout.write(text) });
	const look = detectLook(options, env);
	const theme = createTheme(look);
	// chalk, inside Ink, looks at the environment when it is loaded.
	if (!look.color) process.env.FORCE_COLOR = '0';
	const hostName = hostname().split('.')[0] ?? '';
	const restore = () => restoreTerminal(stdoutDescriptor, !look.screenReader);
	process.on('exit', restore);

	const ended = Promise.withResolvers<number>();
	const end = (code: number) => ended.resolve(code);
	/** The terminal is an editor's or pager's: what is typed there is not for us. */
	let lent = false;
	const hangUp = () => end(signalCodes.SIGHUP);
	const onSignal = (signal: keyof typeof signalCodes) => {
		if (!lent || signal !== 'SIGINT') end(signalCodes[signal]);
	};
	for (const name of Object.keys(signalCodes) as (keyof typeof signalCodes)[]) process.on(name, onSignal);
	stdout.on('error', hangUp);
	process.stderr.on('error', hangUp);
	const onCrash = (error: unknown) => {
		restore();
		throw error;
	};
	process.on('unhandledRejection', onCrash);
	process.prependListener('uncaughtException', restore);

	const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
	if (!look.screenReader)
		stdout.write(
			firstPaint(look.ascii ? toAscii(hostName) : hostName, size(), theme, context.place === undefined),
		);
	const input = new InkInput();
	const load = async () => {
		const services = await context.connect();
		const modules = await Promise.all([
			import('./terminal/mount.tsx'),
			import('./controller/create-controller.ts'),
			import('./controller/input.ts'),
			import('./controller/menu.ts'),
			import('./controller/setup.ts'),
		]);
		return [services, ...modules] as const;
	};
	const [
		services,
		{ mount },
		{ createController },
		{ createInputHandler },
		{ chooseMenuItem },
		{ beginSetup },
	] = await load().catch((error: unknown) => {
		// What is wrong with the configuration is said on the person's own screen.
		stdin.setRawMode?.(false);
		restore();
		throw error;
	});
	const fresh = initialState({
		size: size(),
		now: Date.now(),
		hostName,
		tabs: tabsOf(services),
		unavailable: unavailableActions(services),
	});
	const store = createStore(context.place === undefined ? fresh : backIn(fresh, context.place));
	let redraw = () => {};
	let suspend: TerminalPort['suspend'] = (work) => work();
	const { controller, close } = createController({
		store,
		services,
		now: Date.now,
		// A screen reader reads every change: its clock moves rarely.
		tickMs: look.screenReader ? 30_000 : 1000,
		terminal: {
			copy: (text) => stdout.write(clipboardSequence(text, env)),
			feedWidget: (key) => input.feed(key),
			redraw: () => redraw(),
			suspend: (work) => suspend(work),
			exit: end,
		},
	});
	// Before Ink's own listener, so that what Ink draws has the new size already.
	let settled: NodeJS.Timeout | undefined;
	const onResize = () => {
		store.dispatch({ type: 'resize', size: size() });
		clearTimeout(settled);
		if (!lent) settled = setTimeout(() => redraw(), 60);
	};
	stdout.on('resize', onResize);
	process.on('SIGCONT', onResize);
	const mounted = mount({
		store,
		theme,
		stdout,
		input,
		screenReader: look.screenReader,
		onMenuChoice: (index) => chooseMenuItem(controller, index),
	});
	redraw = mounted.redraw;
	const keys = ownInput({
		input: stdin,
		write: (text) => stdout.write(text),
		onEvent: createInputHandler(controller),
		onGone: hangUp,
	});
	suspend = async (work) => {
		keys.release();
		lent = true;
		try {
			return await mounted.suspend(work);
		} finally {
			lent = false;
			keys.take();
			onResize();
		}
	};
	keys.take();
	beginSetup(controller);
	if (context.place !== undefined) controller.say('The configuration was read again', 'ok');

	const code = await ended.promise;
	// What was toggled right before leaving is written first.
	await Promise.race([services.stacks?.settled().catch(() => {}), pause(saveMs)]);
	const lastResort = setTimeout(() => process.exit(code), lastResortMs);
	lastResort.unref();
	clearTimeout(settled);
	stdout.off('resize', onResize);
	process.off('SIGCONT', onResize);
	close();
	store.close();
	keys.release();
	mounted.ink.unmount();
	await Promise.race([mounted.ink.waitUntilExit().catch(() => {}), pause(500)]);
	clearTimeout(lastResort);
	restore();
	process.off('exit', restore);
	process.off('unhandledRejection', onCrash);
	process.off('uncaughtException', restore);
	stdout.off('error', hangUp);
	process.stderr.off('error', hangUp);
	for (const name of Object.keys(signalCodes) as (keyof typeof signalCodes)[]) process.off(name, onSignal);
	return { code, place: services.setup === undefined ? placeOf(store.state()) : undefined };
}
