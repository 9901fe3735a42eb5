import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import * as api from './api';
import { useLive } from './live';
import { LiveMark, StatusLine } from './parts';
import { now } from './time';
import type { Device } from './types';
import { presence } from './words';

function makeFleet() {
  const devices = signal<Device[] | null>(null);
  return {
    devices,
    reload: async () => {
      devices.value = await api.devices();
    },
    take: (name: string, data: unknown) => {
      if (name !== 'presence' || devices.value === null) return;
      const changed = data as Device;
      devices.value = devices.value.map((one) => (one.ccid === changed.ccid ? changed : one));
    },
  };
}

function Row({ device }: { device: Device }) {
  return (
    <tr>
      <th scope="row">
        <a href={`#/cars/${device.ccid}`}>{device.ccid}</a>
      </th>
      <td>
        <StatusLine status={presence(device, now.value)} />
      </td>
      <td class="minor" data-label="Link">
        {device.link?.toUpperCase() ?? '–'}
      </td>
      <td class="minor" data-label="Firmware">
        {device.fw ?? '–'}
      </td>
    </tr>
  );
}

function summary(devices: Device[]): string {
  const count = (name: string) => devices.filter((device) => device.presence === name).length;
  const parts = [
    [count('awake'), 'awake'],
    [count('asleep'), 'asleep'],
    [count('overdue'), 'overdue'],
    [count('lost'), 'lost'],
    [count('never_seen'), 'never seen'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}

export function FleetPage() {
  const [fleet] = useState(makeFleet);
  const live = useLive('', fleet);
  const [wanted, setWanted] = useState('');
  const devices = fleet.devices.value;
  const shown = devices?.filter((device) => device.ccid.includes(wanted.trim())) ?? [];

  return (
    <>
      <div class="title">
        <h1>Fleet</h1>
        <LiveMark state={live} />
      </div>
      {devices !== null && devices.length === 0 && (
        <p class="card empty">
          No car is registered yet. <code>smartkarctl device add CCID</code> adds one.
        </p>
      )}
      {devices !== null && devices.length > 0 && (
        <section class="card">
          <div class="tools">
            <p>{summary(devices)}</p>
            {devices.length > 8 && (
              <input
                type="search"
                aria-label="Find a car by its id"
                placeholder="Find a car"
                value={wanted}
                onInput={(event) => setWanted(event.currentTarget.value)}
              />
            )}
          </div>
          <table class="fleet">
            <thead>
              <tr>
                <th scope="col">Car</th>
                <th scope="col">Presence</th>
                <th scope="col">Link</th>
                <th scope="col">Firmware</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((device) => (
                <Row key={device.ccid} device={device} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
