// Writes what is made from tables: config.example.ini, the keys of docs/configuration.md, those of docs/ui.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { withReference } from '../source/config/reference.ts';
import { configTemplate } from '../source/config/template.ts';
import { withKeys } from '../source/tui/keys/reference.ts';

const example = new URL('../config.example.ini', import.meta.url);
const reference = new URL('../docs/configuration.md', import.meta.url);

writeFileSync(example, configTemplate());
writeFileSync(reference, withReference(readFileSync(reference, 'utf8')));

const ui = new URL('../docs/ui.md', import.meta.url);
writeFileSync(ui, withKeys(readFileSync(ui, 'utf8')));
