import { contentRows, layoutKind, type Size } from '../layout.ts';
import type { Theme } from '../theme.ts';

/** Rows of the box at the top of Home, borders included. */
const healthRows = 6;

function box(title: string, width: number, height: number, { border }: Theme): string[] {
	const inner = width - 2;
	const head = `${border.topLeft}${border.horizontal} ${title} `;
	return [
		`${head}${border.horizontal.repeat(Math.max(0, width - head.length - 1))}${border.topRight}`,
		...Array.from({ length: height - 2 }, () => `${border.vertical}${' '.repeat(inner)}${border.vertical}`),
		`${border.bottomLeft}${border.horizontal.repeat(inner)}${border.bottomRight}`,
	];
}

/**
 * The first frame: whose machine it is, Home without its contents, and that they are coming. Written before Ink and the services
 * are loaded, so that it is there at once; Ink draws over it.
 *
 * @param onHome false when another screen comes: then only that something comes
 */
export function firstPaint(hostName: string, size: Size, theme: Theme, onHome = true): string {
	const looking = theme.ascii ? 'looking ...' : 'looking …';
	const rows = contentRows(size);
	const frame =
		layoutKind(size) === 'minimal' || !onHome
			? [`${hostName}  ${looking}`]
			: [
					hostName,
					...box(`Health: ${looking}`, size.columns, healthRows, theme),
					...box('Stacks', size.columns, rows - healthRows, theme),
				];
	return `\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H${frame.join('\r\n')}\u001b[H`;
}
