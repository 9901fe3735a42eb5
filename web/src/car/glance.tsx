import { Age } from '../parts';
import { valueText } from '../words';
import type { Values } from './merge';

interface Fact {
  label: string;
  text: string;
  path: string;
}

function factsOf(values: Values): Fact[] {
  const value = (name: string) => values[`vehicle.${name}`]?.value;
  const facts: Fact[] = [];
  const add = (label: string, name: string, text: (value: number | boolean | string) => string) => {
    const known = value(name);
    if (known !== undefined && known !== null) facts.push({ label, text: text(known), path: `vehicle.${name}` });
  };
  add('Charge', 'battery.soc', (soc) => valueText(soc, '%', 0));
  add('Range', 'range.totalKm', (range) => valueText(range, 'km'));
  add('Charging', 'battery.charging', (charging) =>
    charging ? `yes, ${valueText(value('battery.powerKw') ?? null, 'kW', 1)}` : 'no',
  );
  add('Plug', 'plug.plugged', (plugged) => (plugged ? 'plugged in' : 'unplugged'));
  add('Climate', 'climate.active', (active) => (active ? 'on' : 'off'));
  add('Inside', 'climate.insideTemp', (temperature) => valueText(temperature, '°C', 1));
  add('Doors', 'body.locked', (locked) => (locked ? 'locked' : 'unlocked'));
  return facts;
}

// The car in one line. What is not known is not there; how old it is stands below.
export function Glance({ values }: { values: Values }) {
  const facts = factsOf(values);
  if (facts.length === 0) return null;
  const oldest = Math.min(...facts.map((fact) => values[fact.path]!.updatedAt));
  return (
    <section class="card glance" aria-label="At a glance">
      <dl>
        {facts.map((fact) => (
          <div key={fact.label}>
            <dt>{fact.label}</dt>
            <dd>{fact.text}</dd>
          </div>
        ))}
      </dl>
      <p class="minor">
        as the car told it; the oldest of it <Age time={oldest} />
      </p>
    </section>
  );
}
