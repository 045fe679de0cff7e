/** @param {readonly number[]} values @returns {number} */
export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
	return (low + high) / 2;
}

/**
 * Runs every arm once a round, each round beginning with another arm, so that what the machine does besides hits all alike.
 *
 * @template {string} Name
 * @template Value
 * @param {number} rounds
 * @param {Readonly<Record<Name, () => Promise<Value>>>} arms
 * @param {(round: number) => Promise<void> | void} [before] each round
 * @returns {Promise<Record<Name, Value[]>>}
 */
export async function alternate(rounds, arms, before) {
	const names = /** @type {Name[]} */ (Object.keys(arms));
	/** @type {Record<Name, Value[]>} */
	const results = /** @type {any} */ (Object.fromEntries(names.map((name) => [name, []])));
	for (let round = 0; round < rounds; round++) {
		await before?.(round);
		const turn = round % names.length;
		for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
			results[name].push(await arms[name]());
			process.stderr.write('.');
		}
	}
	process.stderr.write('\n');
	return results;
}
