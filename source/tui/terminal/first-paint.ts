/**
 * The first frame: whose machine it is, and that the rest is coming. Written before Ink and the services are loaded, so
 * that it is there at once; Ink draws over it.
 */
export function firstPaint(hostName: string): string {
	return `\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H${hostName}  looking ...\u001b[H`;
}
