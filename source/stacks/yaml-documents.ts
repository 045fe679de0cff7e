// Imported when it is needed. A late import of the package itself has no named exports in the bundle: it is CommonJS.
export { parseAllDocuments } from 'yaml';
