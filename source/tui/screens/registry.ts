import type { ScreenName } from '../store/state.ts';
import { doctor } from './doctor/Doctor.tsx';
import { home } from './home/Home.tsx';
import { logs } from './logs/Logs.tsx';
import { menu } from './menu/Menu.tsx';
import { run } from './run/Run.tsx';
import type { ScreenModule } from './screen-module.ts';
import { stacks } from './stacks/Stacks.tsx';

/** Every screen by its name. */
export const screens: Readonly<Record<ScreenName, ScreenModule>> = {
	home,
	stacks,
	run,
	snapshots: home,
	restore: home,
	cloud: home,
	logs,
	doctor,
	setup: home,
	menu,
};
