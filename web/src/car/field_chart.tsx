import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import * as api from '../api';
import { now } from '../time';
import type { Bucket, FieldSpec, Schema } from '../types';
import { fieldName, valueText } from '../words';
import type { Car } from './car_model';
import { series } from './series';

const day = 86_400;
const spans = { Day: day, Week: 7 * day, Month: 30 * day };
type Span = keyof typeof spans;
// As many as can be told apart on a phone.
const points = 120;
const height = 180;

function draw(place: HTMLElement, spec: FieldSpec, seconds: number, buckets: Bucket[]): () => void {
  const colour = (name: string) => getComputedStyle(place).getPropertyValue(name);
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line') }, ticks: { show: false } };
  const chart = new uPlot(
    {
      width: place.clientWidth,
      height,
      legend: { show: false },
      scales: { x: { range: [now.value - seconds, now.value] } },
      cursor: { drag: { x: false, y: false } },
      axes: [axis, { ...axis, values: (_, numbers) => numbers.map((number) => valueText(number, spec.unit)), size: 64 }],
      series: [{}, { stroke: colour('--accent'), width: 2, points: { show: true, size: 4 } }],
    },
    series(buckets),
    place,
  );
  const resized = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height }));
  resized.observe(place);
  return () => {
    resized.disconnect();
    chart.destroy();
  };
}

// How one number was over time.
export function FieldChart({ car, ccid, schema }: { car: Car; ccid: string; schema: Schema }) {
  const known = schema.fields.filter(
    (spec) => (spec.type === 'number' || spec.type === 'integer') && car.values.value[spec.path] !== undefined,
  );
  const [wanted, setWanted] = useState('vehicle.battery.soc');
  const [span, setSpan] = useState<Span>('Day');
  const [buckets, setBuckets] = useState<Bucket[]>([]);
  const place = useRef<HTMLDivElement>(null);
  const spec = known.find((one) => one.path === wanted) ?? known[0];
  const path = spec?.path;

  useEffect(() => {
    if (path === undefined) return undefined;
    let current = true;
    api
      .history(ccid, path, spans[span], spans[span] / points)
      .then((found) => current && setBuckets(found))
      .catch(() => current && setBuckets([]));
    return () => {
      current = false;
    };
  }, [ccid, path, span]);
  useEffect(
    () => (spec !== undefined && place.current !== null && buckets.length > 0 ? draw(place.current, spec, spans[span], buckets) : undefined),
    [buckets],
  );

  if (spec === undefined) return null;
  return (
    <section class="card" aria-labelledby="chart-title">
      <div class="row">
        <h2 id="chart-title">Over time</h2>
        <div class="chart-choice">
          <select aria-label="Value" value={path} onChange={(event) => setWanted(event.currentTarget.value)}>
            {known.map((one) => (
              <option key={one.path} value={one.path}>
                {fieldName(one.path.slice(one.path.lastIndexOf('.') + 1))}
              </option>
            ))}
          </select>
          <select aria-label="Span" value={span} onChange={(event) => setSpan(event.currentTarget.value as Span)}>
            {Object.keys(spans).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </div>
      </div>
      {buckets.length === 0 && <p class="minor">Nothing is known of this time.</p>}
      <div class="chart" ref={place} role="img" aria-label={`${fieldName(path!.slice(path!.lastIndexOf('.') + 1))} over time`} />
    </section>
  );
}
