import { createContext } from 'react';

/** Told which line of the menu was chosen; given once, by App. */
export const ChoiceContext = createContext<(index: number) => void>(() => {});
