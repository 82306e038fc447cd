import { usageError } from '../cli-error.ts';

/** Which columns make which part of an item, as it was said on the command line; the names of columns may be joined by commas. */
export interface MappingOptions {
  input?: string[];
  expectedOutput?: string[];
  metadata?: string[];
  id?: string;
}

/** An item as the API takes it. */
export interface NewItem {
  id?: string;
  input?: unknown;
  expectedOutput?: unknown;
  metadata?: unknown;
  status?: 'ACTIVE' | 'ARCHIVED';
  sourceTraceId?: string;
  sourceObservationId?: string;
}

/** Columns by the part of the item that they make. */
export interface Mapping {
  input: string[];
  expectedOutput: string[];
  metadata: string[];
  id?: string;
  status?: string;
  sourceTraceId?: string;
  sourceObservationId?: string;
  unused: string[];
}

/** Names that columns have where nobody says what they are; case, spaces, `_` and `-` make no difference. */
const KNOWN: Record<string, readonly string[]> = {
  input: ['input'],
  expectedOutput: ['expectedoutput', 'expected'],
  metadata: ['metadata'],
  id: ['id', 'itemid', 'datasetitemid'],
  status: ['status'],
  sourceTraceId: ['sourcetraceid'],
  sourceObservationId: ['sourceobservationid'],
};
/** Columns of our own exports that an item does not take back. */
const OWN = ['createdat', 'updatedat', 'datasetid', 'datasetname', 'projectid'];
const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

/**
 * Says what each column is. `open`: columns that were named may still come.
 * @throws CliError for a column that is not there, or when nothing would be the input
 */
export function mapColumns(columns: readonly string[], options: MappingOptions, open = false): Mapping {
  const find = (name: string, option: string): string => {
    const found = columns.find((each) => each === name) ?? columns.find((each) => plain(each) === plain(name));
    if (found !== undefined) return found;
    if (open) return name;
    throw usageError(`${option} ${name}: there is no such column. There are: ${columns.join(', ')}.`);
  };
  const known = (part: string) => columns.find((each) => KNOWN[part]!.includes(plain(each)));
  const taken = new Set<string>();
  const take = <T extends string[]>(names: T): T => {
    for (const name of names) taken.add(name);
    return names;
  };
  const listed = (part: 'input' | 'expectedOutput' | 'metadata', option: string) => {
    const asked = options[part];
    if (asked === undefined) return [known(part)].filter((name) => name !== undefined);
    return asked.flatMap((text) => (columns.includes(text) ? [text] : text.split(',').map((name) => find(name.trim(), option))));
  };
  const single = (part: string) => {
    const name = known(part);
    if (name !== undefined && !taken.has(name)) take([name]);
    else return undefined;
    return name;
  };
  const everythingElse = options.metadata?.length === 1 && options.metadata[0] === '*';
  const input = take(listed('input', '--input'));
  const expectedOutput = take(listed('expectedOutput', '--expected-output'));
  const id = options.id === undefined ? single('id') : take([find(options.id, '--id')])[0];
  const [status, sourceTraceId, sourceObservationId] = [single('status'), single('sourceTraceId'), single('sourceObservationId')];
  const free = () => columns.filter((name) => !taken.has(name) && !OWN.includes(plain(name)));
  const metadata = take(everythingElse ? free() : listed('metadata', '--metadata'));
  if (input.length === 0) {
    throw usageError(`Which column is the input? Say it with --input. There are: ${columns.join(', ')}.`);
  }
  return { input, expectedOutput, metadata, id, status, sourceTraceId, sourceObservationId, unused: free() };
}

/** The item of a row. Several columns make an object with their names, one column is the value itself. */
export function itemOf(values: Record<string, unknown>, mapping: Mapping): NewItem {
  const part = (columns: readonly string[], named: boolean) => {
    if (columns.length === 1 && !named) return values[columns[0]!];
    const present = columns.filter((name) => values[name] !== undefined);
    return present.length === 0 ? undefined : Object.fromEntries(present.map((name) => [name, values[name]]));
  };
  const text = (column: string | undefined) => {
    const value = column === undefined ? undefined : values[column];
    return value === undefined || value === null ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
  };
  const status = text(mapping.status)?.toUpperCase();
  if (status !== undefined && status !== 'ACTIVE' && status !== 'ARCHIVED') {
    throw usageError(`status "${status}" is neither ACTIVE nor ARCHIVED`);
  }
  // A single column of metadata is the metadata itself only when it is called so.
  const namedMetadata = mapping.metadata.length === 1 && !KNOWN.metadata!.includes(plain(mapping.metadata[0]!));
  return {
    id: text(mapping.id),
    input: part(mapping.input, false),
    expectedOutput: part(mapping.expectedOutput, false),
    metadata: part(mapping.metadata, namedMetadata),
    status,
    sourceTraceId: text(mapping.sourceTraceId),
    sourceObservationId: text(mapping.sourceObservationId),
  };
}
