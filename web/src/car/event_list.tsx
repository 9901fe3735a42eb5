import { Age } from '../parts';
import type { CarEvent } from '../types';
import { fieldName, valueText } from '../words';

function details(event: CarEvent): string {
  return Object.entries(event.details)
    .map(([name, value]) => `${fieldName(name)} ${valueText(value)}`)
    .join(', ');
}

export function EventList({ events }: { events: CarEvent[] }) {
  return (
    <section class="card" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      {events.length === 0 && <p class="minor">Nothing has happened yet.</p>}
      <ul class="events">
        {events.map((event) => (
          <li key={`${event.receivedAt} ${event.boot} ${event.seq} ${event.name}`}>
            <span class="what">{fieldName(event.name)}</span>
            <Age time={event.ts ?? event.receivedAt} />
            <span class="detail">{details(event)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
