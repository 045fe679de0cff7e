/** What restic was asked to do; decides what an unknown failure is called. */
export type Operation =
	| 'open'
	| 'init'
	| 'backup'
	| 'read'
	| 'forget'
	| 'prune'
	| 'check'
	| 'restore'
	| 'unlock'
	| 'copy';
