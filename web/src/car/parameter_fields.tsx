import type { ParameterSpec } from '../types';
import { fieldName } from '../words';

interface FieldProps {
  spec: ParameterSpec;
  name: string;
  wrong: boolean;
}

function label(spec: ParameterSpec): string {
  return fieldName(spec.name) + (spec.unit === undefined ? '' : ` (${spec.unit})`);
}

function Choice({ spec, name, options }: FieldProps & { options: [string, string][] }) {
  return (
    <select name={name} required={spec.required}>
      {spec.default === undefined && <option value="">–</option>}
      {options.map(([value, text]) => (
        <option key={value} value={value} selected={String(spec.default) === value}>
          {text}
        </option>
      ))}
    </select>
  );
}

function Input(props: FieldProps) {
  const { spec, name, wrong } = props;
  if (spec.type === 'boolean') {
    return <Choice {...props} options={[['true', 'yes'], ['false', 'no']]} />;
  }
  if (spec.words !== undefined) return <Choice {...props} options={spec.words.map((word) => [word, word])} />;
  if (spec.type === 'string') {
    return <input name={name} required={spec.required} aria-invalid={wrong} minLength={spec.min} maxLength={spec.max} />;
  }
  return (
    <input
      type="number"
      inputMode="decimal"
      name={name}
      required={spec.required}
      aria-invalid={wrong}
      min={spec.min}
      max={spec.max}
      step={spec.type === 'integer' ? 1 : 0.5}
      value={spec.default === undefined ? '' : String(spec.default)}
      placeholder={spec.default === undefined ? `${spec.min} to ${spec.max}` : undefined}
    />
  );
}

// A field for each parameter. prefix: of their names in the form. wrong: the parameter that was refused.
export function ParameterFields(props: { specs: ParameterSpec[]; prefix: string; wrong?: string | undefined }) {
  return (
    <>
      {props.specs.map((spec) => (
        <label key={spec.name} class="field">
          <span>{label(spec)}</span>
          <Input spec={spec} name={props.prefix + spec.name} wrong={spec.name === props.wrong} />
        </label>
      ))}
    </>
  );
}

// What the fields hold, in the types of the API; what was left empty is left out.
export function readParameters(form: FormData, specs: ParameterSpec[], prefix: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const spec of specs) {
    const text = String(form.get(prefix + spec.name) ?? '').trim();
    if (text === '') continue;
    if (spec.type === 'boolean') values[spec.name] = text === 'true';
    else if (spec.type === 'string') values[spec.name] = text;
    else values[spec.name] = Number(text);
  }
  return values;
}
