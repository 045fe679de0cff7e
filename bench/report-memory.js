// Loaded before a program: tells its peak memory when it ends.
process.on('exit', () => {
	process.stderr.write(`peak ${process.resourceUsage().maxRSS} KiB\n`);
});
