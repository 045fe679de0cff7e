import { applyEdits, type DirlistEdit } from '../stacks/dirlist-edit.ts';
import { updateDirlist } from '../stacks/dirlist-file.ts';
import { type AddRequest, addStacks } from './stacks/add-stacks.ts';
import {
	type ChangeRequest,
	removeStacks,
	type StacksChange,
	setEnabled,
	write,
} from './stacks/change-stacks.ts';
import { listStacks, type StacksDeps, type StacksListing } from './stacks/list-stacks.ts';

/** The use cases around the dirlist. None of them touches a stack or its data. */
export interface StacksService {
	/** Only reads. Docker is asked with `withState`; when it does not answer the list is given all the same. */
	list(withState: boolean): Promise<StacksListing>;
	enable(request: ChangeRequest): Promise<StacksChange>;
	disable(request: ChangeRequest): Promise<StacksChange>;
	add(request: Omit<AddRequest, 'environment'>): Promise<StacksChange>;
	remove(names: readonly string[], dryRun: boolean): Promise<StacksChange>;
	/** Appends stacks that are not listed yet, off; makes the file when there is none. @returns their keys */
	sync(): Promise<readonly string[]>;
	/** Applies edits to the file as it is by then, without a look at the stacks: for an editor's own model. */
	edit(edits: readonly DirlistEdit[]): Promise<void>;
}

export interface StacksServiceDeps extends StacksDeps {
	/** What Compose would run with. */
	readonly environment: Readonly<Record<string, string | undefined>>;
}

export function createStacksService(deps: StacksServiceDeps): StacksService {
	return {
		list: (withState) => listStacks(deps, withState),
		enable: (request) => setEnabled(deps, true, request),
		disable: (request) => setEnabled(deps, false, request),
		add: (request) => addStacks(deps, { ...request, environment: deps.environment }),
		remove: (names, dryRun) => removeStacks(deps, names, dryRun),
		sync: async () => write(deps, await deps.discover(), [], false),
		edit: async (edits) => {
			await updateDirlist(deps.dirlist, (document) => applyEdits(document, edits));
		},
	};
}
