// Writes what is made from the table of configuration keys: config.example.ini and the tables of docs/configuration.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { withReference } from '../source/config/reference.ts';
import { configTemplate } from '../source/config/template.ts';

const example = new URL('../config.example.ini', import.meta.url);
const reference = new URL('../docs/configuration.md', import.meta.url);

writeFileSync(example, configTemplate());
writeFileSync(reference, withReference(readFileSync(reference, 'utf8')));
