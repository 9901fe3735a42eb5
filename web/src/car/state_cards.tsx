import { useState } from 'preact/hooks';
import { Age } from '../parts';
import type { FieldSpec, Schema } from '../types';
import { fieldName, valueText } from '../words';
import type { Car } from './car_model';
import type { Value, Values } from './merge';

const titles: Record<string, string> = {
  'vehicle.battery': 'Battery',
  'vehicle.plug': 'Plug',
  'vehicle.range': 'Range',
  'vehicle.climate': 'Climate',
  'vehicle.drive': 'Drive',
  'vehicle.body': 'Doors and locks',
  'vehicle.body.doors': 'Doors and locks',
  'vehicle.gps': 'Position',
  vehicle: 'Vehicle',
  device: 'Telematics unit',
  network: 'Network',
};
// What an owner looks for first.
const order = [...new Set(Object.values(titles))];
// Of interest to who drives the car; the rest is for who looks after it, and shown if asked for.
const everyday = new Set(
  [
    'battery.soc battery.charging battery.powerKw battery.chargingAmps battery.targetSoc battery.remainingMin',
    'battery.energyWh battery.temperature plug.plugged plug.hasSupply range.totalKm range.consumption',
    'climate.insideTemp climate.outsideTemp climate.active climate.remainingMin drive.ignitionOn drive.speedKmh',
    'drive.odometerKm body.locked body.anyDoorOpen body.trunkOpen gps.lat gps.lng',
  ]
    .flatMap((line) => line.split(' '))
    .map((path) => `vehicle.${path}`),
);
// A value that is this much older than the newest of its card says so itself.
const ownAgeSeconds = 60;

function Meter({ value }: { value: number }) {
  return (
    <div class="meter" role="img" aria-label={`${value} % charged`}>
      <div style={{ width: `${value}%` }} />
    </div>
  );
}

function Row({ spec, value, newest }: { spec: FieldSpec; value: Value; newest: number }) {
  return (
    <div class={value.value === null ? 'unknown' : ''}>
      <dt>{fieldName(spec.path.slice(spec.path.lastIndexOf('.') + 1))}</dt>
      <dd>
        {valueText(value.value, spec.unit, spec.decimals ?? 0)}
        {newest - value.updatedAt > ownAgeSeconds && <Age time={value.updatedAt} />}
      </dd>
    </div>
  );
}

function Card({ title, specs, values }: { title: string; specs: FieldSpec[]; values: Values }) {
  const known = specs.filter((spec) => values[spec.path] !== undefined);
  if (known.length === 0) return null;
  const newest = Math.max(...known.map((spec) => values[spec.path]!.updatedAt));
  const soc = title === 'Battery' ? values['vehicle.battery.soc']?.value : undefined;
  return (
    <article class="state">
      <div class="row">
        <h3>{title}</h3>
        <Age time={newest} />
      </div>
      {typeof soc === 'number' && <Meter value={soc} />}
      <dl>
        {known.map((spec) => (
          <Row key={spec.path} spec={spec} value={values[spec.path]!} newest={newest} />
        ))}
      </dl>
    </article>
  );
}

export function StateCards({ car, schema }: { car: Car; schema: Schema }) {
  const values = car.values.value;
  const [all, setAll] = useState(false);
  const domain = (spec: FieldSpec) => titles[spec.path.slice(0, spec.path.lastIndexOf('.'))] ?? 'Vehicle';
  const shown = schema.fields.filter((spec) => all || everyday.has(spec.path));
  return (
    <section class="card" aria-labelledby="state-title">
      <div class="row">
        <h2 id="state-title">State</h2>
        <label class="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          All values
        </label>
      </div>
      {Object.keys(values).length === 0 && <p class="minor">The car has reported nothing yet.</p>}
      <div class="states">
        {order.map((title) => (
          <Card key={title} title={title} specs={shown.filter((spec) => domain(spec) === title)} values={values} />
        ))}
      </div>
    </section>
  );
}
