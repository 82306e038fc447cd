import { useId } from 'react';
import {
  BLOB_EXPORT_FIELD_GROUPS,
  BLOB_EXPORT_FREQUENCIES,
  BLOB_EXPORT_MODES,
  BLOB_EXPORT_TYPES,
  type BlobExportFileType,
  type BlobExportSource,
} from '../../../contract/blob-export.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import {
  type BlobExport,
  type Draft,
  FILE_TYPES,
  FREQUENCIES,
  GROUPS,
  hasGroups,
  MODES,
  SOURCES,
  TYPES,
} from './blob-export-draft.ts';

/** What each part of the form gets. */
export interface PartProps {
  draft: Draft;
  /** The export that is changed; null for a new one. */
  edited: BlobExport | null;
  onChange(part: Partial<Draft>): void;
  problem(field: string): string | undefined;
}

type TextField = 'bucketName' | 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'prefix';

function Text({
  field,
  label,
  hint,
  draft,
  onChange,
  problem,
  ...rest
}: PartProps & { field: TextField; label: string; hint?: string | undefined } & Pick<
    React.ComponentProps<'input'>,
    'type' | 'required' | 'placeholder'
  >) {
  const { edited: _, ...input } = rest;
  return (
    <Field label={label} hint={hint} error={problem(field)} className="min-w-0 flex-1">
      {(control) => (
        <Input
          {...control}
          {...input}
          autoComplete="off"
          spellCheck={false}
          value={draft[field]}
          onChange={(event) => onChange({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
}

/** Where files go, and with which key. */
export function DestinationFields(part: PartProps) {
  const { draft, edited, onChange } = part;
  const id = useId();
  const names = TYPES[draft.type];
  const isAzure = draft.type === 'AZURE_BLOB_STORAGE';
  const keepsSecret = edited !== null && edited.accessKeyId === draft.accessKeyId.trim();
  return (
    <>
      <Field label="Destination">
        {(control) => (
          <Select
            id={control.id}
            value={draft.type}
            onValueChange={(type) => onChange({ type })}
            options={BLOB_EXPORT_TYPES.map((value) => ({ value, label: TYPES[value].name, hint: TYPES[value].hint }))}
          />
        )}
      </Field>
      {draft.type !== 'S3' && (
        <Text
          {...part}
          field="endpoint"
          label="Endpoint"
          type="url"
          required
          placeholder={isAzure ? 'https://account.blob.core.windows.net' : 'https://storage.example.com'}
        />
      )}
      <div className="flex items-start gap-3">
        <Text {...part} field="bucketName" label={names.bucket} required />
        {!isAzure && (
          <Text
            {...part}
            field="region"
            label="Region"
            required={draft.type === 'S3'}
            placeholder={draft.type === 'S3' ? 'eu-central-1' : 'us-east-1'}
          />
        )}
      </div>
      <Text
        {...part}
        field="prefix"
        label="Prefix"
        placeholder="telltale/"
        hint="What the names of all files begin with. May stay empty."
      />
      <div className="flex items-start gap-3">
        <Text {...part} field="accessKeyId" label={names.account} required />
        <Text
          {...part}
          field="secretAccessKey"
          label={names.secret}
          type="password"
          required={!keepsSecret}
          placeholder={keepsSecret ? 'Stored; type to replace' : ''}
          hint={keepsSecret ? undefined : 'It is stored encrypted.'}
        />
      </div>
      {draft.type === 'S3_COMPATIBLE' && (
        <div className="flex items-center gap-2">
          <Checkbox
            id={id}
            checked={draft.forcePathStyle}
            onCheckedChange={(checked) => onChange({ forcePathStyle: checked === true })}
          />
          <label htmlFor={id}>The bucket stands in the path, not in the host (MinIO)</label>
        </div>
      )}
    </>
  );
}

const FILE_TYPE_ORDER = Object.keys(FILE_TYPES) as BlobExportFileType[];
const SOURCE_ORDER = Object.keys(SOURCES) as BlobExportSource[];

/** What is written, how and when. */
export function ContentFields({ draft, onChange, problem }: PartProps) {
  const id = useId();
  return (
    <>
      <div className="flex items-start gap-3">
        <Field label="What" className="min-w-0 flex-1">
          {(control) => (
            <Select
              id={control.id}
              value={draft.exportSource}
              onValueChange={(exportSource) => onChange({ exportSource })}
              options={SOURCE_ORDER.map((value) => ({ value, label: SOURCES[value].name, hint: SOURCES[value].hint }))}
            />
          )}
        </Field>
        <Field label="As" className="w-32">
          {(control) => (
            <Select
              id={control.id}
              value={draft.fileType}
              onValueChange={(fileType) => onChange({ fileType })}
              options={FILE_TYPE_ORDER.map((value) => ({ value, label: FILE_TYPES[value] }))}
            />
          )}
        </Field>
      </div>
      {draft.fileType !== 'PARQUET' && (
        <div className="flex items-center gap-2">
          <Checkbox
            id={`${id}-gzip`}
            checked={draft.compressed}
            onCheckedChange={(checked) => onChange({ compressed: checked === true })}
          />
          <label htmlFor={`${id}-gzip`}>Compress files (gzip)</label>
        </div>
      )}
      {hasGroups(draft.exportSource) && (
        <fieldset>
          <legend className="mb-1.5 font-medium text-fg text-sm">Columns</legend>
          <div className="grid grid-cols-3 gap-x-3 gap-y-1.5">
            {BLOB_EXPORT_FIELD_GROUPS.map((group) => (
              <span key={group} className="flex items-center gap-2">
                <Checkbox
                  id={`${id}-${group}`}
                  // Ids and times that rows are found by are in every file.
                  disabled={group === 'core'}
                  checked={group === 'core' || draft.groups.includes(group)}
                  onCheckedChange={(checked) =>
                    onChange({
                      groups: BLOB_EXPORT_FIELD_GROUPS.filter((each) =>
                        each === group ? checked === true : each === 'core' || draft.groups.includes(each),
                      ),
                    })
                  }
                />
                <label htmlFor={`${id}-${group}`}>{GROUPS[group]}</label>
              </span>
            ))}
          </div>
          {problem('exportFieldGroups') && (
            <p role="alert" className="mt-1 text-danger text-sm">
              {problem('exportFieldGroups')}
            </p>
          )}
        </fieldset>
      )}
      <div className="flex items-start gap-3">
        <Field label="Beginning with" className="min-w-0 flex-1">
          {(control) => (
            <Select
              id={control.id}
              value={draft.exportMode}
              onValueChange={(exportMode) => onChange({ exportMode })}
              options={BLOB_EXPORT_MODES.map((value) => ({ value, label: MODES[value].name, hint: MODES[value].hint }))}
            />
          )}
        </Field>
        {draft.exportMode === 'FROM_CUSTOM_DATE' && (
          <Field label="Day (UTC)" className="w-40" error={problem('exportStartDate')}>
            {(control) => (
              <Input
                {...control}
                type="date"
                required
                value={draft.startDay}
                onChange={(event) => onChange({ startDay: event.target.value })}
              />
            )}
          </Field>
        )}
        <Field label="How often" className="w-44">
          {(control) => (
            <Select
              id={control.id}
              value={draft.exportFrequency}
              onValueChange={(exportFrequency) => onChange({ exportFrequency })}
              options={BLOB_EXPORT_FREQUENCIES.map((value) => ({ value, label: FREQUENCIES[value] }))}
            />
          )}
        </Field>
      </div>
    </>
  );
}
