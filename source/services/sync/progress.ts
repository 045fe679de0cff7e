import type { RcloneStats } from '../../rclone/messages.ts';
import type { Emit, Phase } from '../../runs/events.ts';

/** Sums the progress of the rclone processes of one sync into `progress` events. */
export class TransferProgress {
	readonly #emit: Emit;
	readonly #target: string;
	readonly #phase: Phase;
	#totalBytes = 0;
	#totalFiles = 0;
	#doneBytes = 0;
	#doneFiles = 0;
	#fresh = false;
	/** Bytes and files of all attempts together, for the result. */
	sentBytes = 0;
	sentFiles = 0;

	constructor(emit: Emit, target: string, phase: Phase = 'sync') {
		this.#emit = emit;
		this.#target = target;
		this.#phase = phase;
	}

	/** A new attempt, with what it has to send. */
	begin(bytes: number, files: number): void {
		this.#totalBytes = bytes;
		this.#totalFiles = files;
		this.#doneBytes = 0;
		this.#doneFiles = 0;
	}

	/** @returns a listener for the statistics of one rclone process; call `finish` with what it sent */
	stats(): {
		readonly onStats: (stats: RcloneStats) => void;
		finish(bytes: number, files: number): void;
		cut(): void;
	} {
		let last: RcloneStats | undefined;
		return {
			onStats: (stats) => {
				last = stats;
				this.#report(stats);
			},
			finish: (bytes, files) => this.#add(bytes, files),
			cut: () => {
				if (last !== undefined) this.#add(last.bytes, last.transfers);
			},
		};
	}

	/** @returns whether a whole file was sent since the last time it was asked */
	takeFresh(): boolean {
		const fresh = this.#fresh;
		this.#fresh = false;
		return fresh;
	}

	#add(bytes: number, files: number): void {
		this.#doneBytes += bytes;
		this.#doneFiles += files;
		this.sentBytes += bytes;
		this.sentFiles += files;
		if (files > 0) this.#fresh = true;
	}

	#report(stats: RcloneStats): void {
		const bytesDone = this.#doneBytes + stats.bytes;
		const left = Math.max(0, this.#totalBytes - bytesDone);
		this.#emit({
			type: 'progress',
			phase: this.#phase,
			target: this.#target,
			bytesDone,
			bytesTotal: Math.max(this.#totalBytes, bytesDone),
			filesDone: this.#doneFiles + stats.transfers,
			filesTotal: this.#totalFiles,
			bytesPerSecond: Math.round(stats.speed),
			...(stats.speed > 0 ? { secondsLeft: Math.round(left / stats.speed) } : {}),
			currentFiles: [...stats.current],
		});
	}
}
