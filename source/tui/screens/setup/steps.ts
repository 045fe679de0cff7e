import type { SetupAnswers } from '../../ports.ts';

/** One step with a field. */
export interface SetupField {
	readonly field: keyof SetupAnswers;
	readonly title: string;
	readonly question: string;
	readonly help: readonly string[];
	/** May be left empty. */
	readonly optional?: true;
}

/** The fields of the setup in their order: steps 2 to 6. */
export const setupFields: readonly SetupField[] = [
	{
		field: 'stacksDir',
		title: 'Stacks',
		question: 'Where are the Compose stacks?',
		help: ['The directory that holds one directory for each stack.'],
	},
	{
		field: 'repository',
		title: 'Repository',
		question: 'Where should restic keep the backups?',
		help: ['A directory, best on another disk; or sftp:user@host:/path, s3:..., rest:..., rclone:...'],
	},
	{
		field: 'passwordFile',
		title: 'Password',
		question: 'In which file is the password of the repository?',
		help: [
			'A new one is made when the file is not there, and shown once at the end.',
			'Without it nobody can read the backups.',
		],
	},
	{
		field: 'cloud',
		title: 'Cloud',
		question: 'Where should a second copy go?',
		help: [
			'An rclone remote and a path (b2:backup/restic), or a directory on another disk. Empty: none for now.',
		],
		optional: true,
	},
	{
		field: 'schedule',
		title: 'Schedule',
		question: 'At what time every day?',
		help: ['HH:MM; empty: by hand. What would be written is shown at the end, and asked for.'],
		optional: true,
	},
];

/** Number of the last step: save. */
export const saveStep = setupFields.length + 1;

/** @returns the field of a step; undefined for the first and the last */
export function fieldOf(step: number): SetupField | undefined {
	return setupFields[step - 1];
}
