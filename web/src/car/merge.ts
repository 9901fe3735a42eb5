import type { CarState, Command, Scalar } from '../types';

export interface Value {
  value: Scalar;
  updatedAt: number;
}
export type Values = Record<string, Value>;

// {"vehicle":{"battery":{"soc":80}}} → {"vehicle.battery.soc":80}.
export function flatten(state: CarState): Values {
  const values: Values = {};
  const walk = (prefix: string, object: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(object)) {
      const path = prefix + name;
      if (typeof value === 'object' && value !== null) {
        walk(`${path}.`, value as Record<string, unknown>);
      } else {
        values[path] = { value: value as Scalar, updatedAt: state.fieldsUpdatedAt[path] ?? 0 };
      }
    }
  };
  walk('', state.state);
  return values;
}

// Newest first; the given ones replace those with the same id.
export function merged(commands: Command[], given: Command[]): Command[] {
  const byId = new Map(commands.map((command) => [command.id, command]));
  for (const command of given) byId.set(command.id, command);
  return [...byId.values()].sort((a, b) => b.id - a.id);
}
