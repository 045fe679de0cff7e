import { createContext, use } from 'react';
import { createTheme, type Theme } from '../theme.ts';

/** The theme of this terminal; given once, by App. */
export const ThemeContext = createContext<Theme>(
	createTheme({ ascii: false, color: true, screenReader: false }),
);

export function useTheme(): Theme {
	return use(ThemeContext);
}
