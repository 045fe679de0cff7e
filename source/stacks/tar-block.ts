/** Bytes of a block of a tar archive (POSIX.1-2001, ustar interchange format). */
export const tarBlock = 512;

const directoryType = '5';

/** Writes the checksum of a header: the sum of its bytes with blanks in the checksum's own place. */
export function sealHeader(header: Buffer): Buffer {
	header.write('        ', 148);
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
	return header;
}

/** @returns the header of a directory under another name, or undefined when the block is not one */
export function renamedEntry(header: Buffer, name: string): Buffer | undefined {
	if (header.length !== tarBlock || header.toString('latin1', 156, 157) !== directoryType) return undefined;
	if (Buffer.byteLength(name) > 100) return undefined;
	const renamed = Buffer.from(header);
	renamed.fill(0, 0, 100);
	renamed.write(name, 0);
	return sealHeader(renamed);
}
