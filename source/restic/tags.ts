/** Tags of every snapshot of the older program, kept so that both are listed and thinned out together. */
const commonTags = ['docker-backup', 'selective-backup'] as const;
/** Every snapshot of a stack has it, and no other: not its parts, not what a restore has overwritten. */
export const [backupTag] = commonTags;
/** Marks a streamed volume that belongs to another snapshot; such a snapshot never has its stack's own tag. */
export const partTag = 'backup-tui-part';

/** Put on a snapshot during whose copy something ran on its data. */
export const notQuiescedTag = 'backup-tui-not-quiesced';
/** Put on a snapshot that is far smaller than the one before, or empty: the alarm outlives a lost state directory. */
export const shrunkTag = 'backup-tui-shrunk';
/** Put on a snapshot that lacks files, or that did not pass its verification. */
export const incompleteTag = 'backup-tui-incomplete';
/** Put on a snapshot whose smaller size a person has accepted. */
export const acceptedTag = 'backup-tui-shrink-accepted';
/** Marks a snapshot of a running stack: the parent of the real one, forgotten after it, never listed as a backup. */
export const warmTag = 'backup-tui-warm';

/** Tags of a snapshot that cannot take the place of an older one. */
const unsoundTags: readonly string[] = [notQuiescedTag, shrunkTag, incompleteTag, 'not-quiesced'];

/** @returns whether a snapshot is known to be incomplete, too small or not consistent */
export function isUnsound(tags: readonly string[]): boolean {
	return tags.some((tag) => unsoundTags.includes(tag));
}

const reserved =
	/^(docker-backup|selective-backup|backup-tui-.*|(set|part|volume|safety)-.*|\d{4}-\d\d-\d\d)$/;
const percentEncoded = /(?:%[0-9A-F]{2})+/g;

function encode(text: string): string {
	return [...Buffer.from(text)]
		.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
		.join('');
}

/**
 * The tag of a stack: its name, with what restic would change or what means something else percent-encoded. restic splits
 * tags at commas and trims blanks; a stack named like a common tag or a date would share its policy with all others.
 * Two names never have the same tag.
 */
export function stackTag(stack: string): string {
	const plain = stack.replace(/%(?=[0-9A-F]{2})/g, '%25').replace(/,/g, '%2C');
	const trimmed = plain.replace(/^[\s\u0085]+|[\s\u0085]+$/g, encode);
	if (!reserved.test(trimmed)) return trimmed;
	return encode(trimmed.slice(0, 1)) + trimmed.slice(1);
}

/** The inverse of `stackTag`. */
export function stackOfTag(tag: string): string {
	return tag.replace(percentEncoded, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}

function localDate(at: Date): string {
	const pad = (value: number) => String(value).padStart(2, '0');
	return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/**
 * Tags of a stack's snapshot, those of the older program: docker-backup, selective-backup, the stack, the local date.
 *
 * @param set joins it with its parts (see `partTags`): the same token in both, without a prefix
 */
export function stackTags(stack: string, at: Date, set?: string, more: readonly string[] = []): string[] {
	const own = set === undefined ? [] : [`set-${set}`];
	return [...commonTags, stackTag(stack), localDate(at), ...own, ...more];
}

/** Tags of a streamed volume: found by `part-STACK` and by the set of the snapshot it belongs to. */
export function partTags(stack: string, volume: string, set: string): string[] {
	return [partTag, `part-${stackTag(stack)}`, `volume-${stackTag(volume)}`, `set-${set}`];
}

/** The tag by which all parts of a stack are found. */
export function partsOfStackTag(stack: string): string {
	return `part-${stackTag(stack)}`;
}

/** @returns the set token of a snapshot or part, if it has one */
export function setOfTags(tags: readonly string[]): string | undefined {
	return tags.find((tag) => tag.startsWith('set-'))?.slice('set-'.length);
}

/**
 * Whose a snapshot is: the one place that decides. What has not our own tag is another program's, whatever else it is called.
 *
 * @returns the name of the stack, or undefined when neither this program nor the older one made it as a backup of a stack
 */
export function stackOfTags(tags: readonly string[]): string | undefined {
	if (!tags.includes(backupTag) || tags.some((tag) => notABackup.includes(tag))) return undefined;
	const own = tags.find((tag) => !reserved.test(tag));
	return own === undefined ? undefined : stackOfTag(own);
}

/** @returns whether it is a backup of this stack, and made by us */
export function isBackupOf(snapshot: { readonly tags: readonly string[] }, stack: string): boolean {
	return stackOfTags(snapshot.tags) === stack;
}

/** @returns whether this program made it: a backup, a part of one, a warm copy or a safety snapshot */
export function isOurs(tags: readonly string[]): boolean {
	return tags.includes(backupTag) || tags.some((tag) => notABackup.includes(tag));
}

const safetyTag = 'backup-tui-safety';
/** Snapshots of ours that are no backup of their stack. */
const notABackup: readonly string[] = [partTag, warmTag, safetyTag];

/** Tags of a warm snapshot: never the stack's own tag. */
export function warmTags(stack: string): string[] {
	return [warmTag, `warm-${stackTag(stack)}`];
}

/** Tags of what a restore overwrote: not a backup of its stack, so it has not the stack's own tag. */
export function safetyTags(stack: string): string[] {
	return [safetyTag, `safety-${stackTag(stack)}`];
}

/** @returns whether a snapshot was taken before a restore, into whatever stack */
export function isSafety(tags: readonly string[]): boolean {
	return tags.includes(safetyTag);
}

/** @returns whether a snapshot was taken before a restore into this stack */
export function isSafetyOf(tags: readonly string[], stack: string): boolean {
	return tags.includes(safetyTag) && tags.includes(`safety-${stackTag(stack)}`);
}
