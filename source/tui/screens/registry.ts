import type { ScreenName } from '../store/state.ts';
import { cloud } from './cloud/Cloud.tsx';
import { doctor } from './doctor/Doctor.tsx';
import { home } from './home/Home.tsx';
import { logs } from './logs/Logs.tsx';
import { menu } from './menu/Menu.tsx';
import { restore } from './restore/Restore.tsx';
import { run } from './run/Run.tsx';
import type { ScreenModule } from './screen-module.ts';
import { setup } from './setup/Setup.tsx';
import { snapshots } from './snapshots/Snapshots.tsx';
import { stacks } from './stacks/Stacks.tsx';

/** Every screen by its name. */
export const screens: Readonly<Record<ScreenName, ScreenModule>> = {
	home,
	stacks,
	run,
	snapshots,
	restore,
	cloud,
	logs,
	doctor,
	setup,
	menu,
};
