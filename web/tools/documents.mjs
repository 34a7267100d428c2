// Puts the list of the app's documents beside its page, under a name that a gateway's settings can name.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
copyFileSync('src/api/documents.json', join(folder, 'documents.json'));
