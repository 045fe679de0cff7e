/**
 * Why `down` and `up -d` would not bring back what runs.
 * `drift`: the files or images say something else by now, `up` would deploy it.
 * `loss`: `down` would lose something no file can bring back.
 * `blocked`: `up` would fail.
 */
export interface Obstacle {
	readonly kind: 'drift' | 'loss' | 'blocked';
	readonly message: string;
}

/** Each obstacle once, in the order met: replicas meet the same. */
export function distinct(obstacles: readonly Obstacle[]): readonly Obstacle[] {
	return [...new Map(obstacles.map((one) => [one.message, one])).values()];
}
