import { Age } from '../parts';
import type { PresenceEntry } from '../types';
import { presence } from '../words';

export function PresenceList({ entries }: { entries: PresenceEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <section class="card" aria-labelledby="presence-title">
      <h2 id="presence-title">Presence</h2>
      <ul class="events">
        {entries.map((entry) => {
          // In the words of that time.
          const { label, detail } = presence(entry, entry.at);
          return (
            <li key={entry.number}>
              <span class="what">{label}</span>
              <Age time={entry.at} />
              <span class="detail">{detail}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
