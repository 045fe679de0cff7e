/** Keys of the older programs that have no effect any more, with the reason. Accepted, and reported. */
export const obsoleteKeys: Readonly<Record<string, string>> = {
	CHECK_SYSTEM_RESOURCES: 'space is always checked before a backup',
	MEMORY_THRESHOLD_MB: 'memory is not checked',
	LOAD_THRESHOLD: 'the load of the machine is not checked',
	ENABLE_PERFORMANCE_MODE: 'there is only one mode',
	ENABLE_DOCKER_STATE_CACHE: 'the state of all stacks takes one call and is never cached',
	ENABLE_JSON_LOGGING: 'every run has an event file; use --json for output',
	ENABLE_PROGRESS_BARS: 'progress is shown on terminals',
	ENABLE_METRICS_COLLECTION: 'every run is recorded',
	RCLONE_LOG_FILE: "rclone's messages are in the log of the run",
	RCLONE_SOURCE_DIR: 'the repository itself is what is synced',
};
