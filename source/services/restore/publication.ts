/** A port of the host for a port of the copy. */
export interface Publication {
	/** Only this service; else the first that has the port. */
	readonly service?: string;
	/** Address of the host; else all. */
	readonly address?: string;
	readonly host: number;
	readonly port: number;
}

/** The inverse of `parsePublication`. */
export function publicationText({ service, address, host, port }: Publication): string {
	const bracketed = address?.includes(':') === true ? `[${address}]` : address;
	return `${service === undefined ? '' : `${service}=`}${bracketed === undefined ? '' : `${bracketed}:`}${host}:${port}`;
}

/**
 * Reads `[SERVICE=][ADDRESS:]HOST:PORT`.
 *
 * @returns undefined when it is not of that form
 */
export function parsePublication(text: string): Publication | undefined {
	const found = /^(?:([A-Za-z0-9._-]+)=)?(?:(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]):)?(\d+):(\d+)$/i.exec(text);
	if (found === null) return undefined;
	const [, service, address, host, port] = found;
	const numbers = [Number(host), Number(port)];
	if (numbers.some((number) => number < 1 || number > 65535)) return undefined;
	return {
		...(service === undefined ? {} : { service }),
		...(address === undefined ? {} : { address: address.replace(/[[\]]/g, '') }),
		host: numbers[0] as number,
		port: numbers[1] as number,
	};
}
