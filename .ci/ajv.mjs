// Another project's validator over the documents that the masks of random schemas let through: one JSON line {schema, documents} each, as
// GeneratedDocumentsTests writes them. Prints one line of figures; exit code 1 when a document is not valid.
// Usage: node ajv.mjs FOLDER_WITH_NODE_MODULES DOCUMENTS
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const require = createRequire(path.join(path.resolve(process.argv[2]), 'index.js'));
const { default: Ajv } = require('ajv/dist/2020');
const { default: addFormats } = require('ajv-formats');

let schemas = 0;
let documents = 0;
const faults = [];
for await (const line of readline.createInterface({ input: fs.createReadStream(process.argv[3]) })) {
  const { schema, documents: texts } = JSON.parse(line);
  const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 });
  addFormats(ajv);
  const isValid = ajv.compile(schema);
  schemas++;
  for (const text of texts) {
    documents++;
    if (!isValid(JSON.parse(text))) faults.push(`${text} by ${JSON.stringify(schema)}: ${JSON.stringify(isValid.errors[0])}`);
  }
}
console.log(`${documents} documents of ${schemas} schemas, ${faults.length} not valid`);
for (const fault of faults.slice(0, 10)) console.error(fault);
process.exit(schemas > 0 && faults.length === 0 ? 0 : 1);
