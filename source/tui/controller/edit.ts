import { configuredNow } from '../configured-now.ts';
import type { FilesPort } from '../ports.ts';
import type { Controller } from './controller.ts';

type Opened = Awaited<ReturnType<FilesPort['editor']>>;

/** Gives the terminal to a program of the person's and takes it back. @returns whether the file was changed */
async function open(controller: Controller, program: Promise<Opened>): Promise<boolean> {
	const run = await program;
	const { code, changed } = await controller.suspend(run);
	if (code !== 0)
		controller.say(`The program ended with ${code === null ? 'a signal' : `exit code ${code}`}`, 'warning');
	return changed;
}

/** Does what the person's files are needed for; where there are none, nothing. */
async function withFiles(controller: Controller, work: (files: FilesPort) => Promise<void>): Promise<void> {
	const { files } = controller.services;
	if (files === undefined) return;
	try {
		await work(files);
	} catch (error) {
		controller.fail(error);
	}
}

/** Opens the compose file of a stack in the person's editor. */
export function editComposeFile(controller: Controller, key: string): Promise<void> {
	return withFiles(controller, async (files) => {
		const [first] = await files.composeFiles(key);
		if (first === undefined) {
			controller.say('This stack has no compose file', 'warning');
			return;
		}
		if (!(await open(controller, files.editor(first)))) return;
		void controller.load('stacks');
		controller.say('Saved. U deploys it: what its files changed is made anew.', 'ok');
	});
}

/** Opens the dirlist in the person's editor; what it turns on or off shows at once. */
export function editDirlist(controller: Controller): Promise<void> {
	return withFiles(controller, async (files) => {
		if (!(await open(controller, files.editor(files.dirlist)))) return;
		await controller.load('stacks');
		controller.say('The dirlist was saved', 'ok');
	});
}

/** Opens the configuration in the person's editor. A sound one counts at once; a broken one is said, the old one stays. */
export function editConfig(controller: Controller): Promise<void> {
	return withFiles(controller, async (files) => {
		if (!(await open(controller, files.editor(files.configFile)))) return;
		await files.checkConfig();
		controller.exit(configuredNow);
	});
}

/** Opens the log of a run in the person's pager. */
export async function pageLog(controller: Controller, run: string): Promise<void> {
	if (run === '') return;
	await withFiles(controller, async (files) => {
		controller.say('Writing the log for the pager ...');
		await open(controller, files.pager(run));
		controller.say('');
	});
}
