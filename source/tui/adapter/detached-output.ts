import { open, rm } from 'node:fs/promises';
import type { DetachedProcess } from '../../process/detach.ts';

/**
 * The output of a program that may outlive the UI: no file of it may stay behind then. Where the program has the file
 * open already, its name is taken away at once; systemd opens it by name, so there it goes with the end of the program.
 *
 * @param longest how much of the end is kept, in bytes
 * @returns the output, once the program has ended
 */
export async function detachedOutput(
	file: string,
	started: Pick<DetachedProcess, 'ended' | 'by'>,
	longest: number,
): Promise<() => Promise<string>> {
	const handle = await open(file, 'r');
	if (started.by === 'session') await rm(file, { force: true });
	const text = started.ended.then(async () => {
		try {
			const { size } = await handle.stat();
			const from = Math.max(0, size - longest);
			const { buffer, bytesRead } = await handle.read(Buffer.alloc(longest), 0, longest, from);
			return buffer.toString('utf8', 0, bytesRead);
		} catch {
			return '';
		} finally {
			await handle.close();
			await rm(file, { force: true });
		}
	});
	return () => text;
}
