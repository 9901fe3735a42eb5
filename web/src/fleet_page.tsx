import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import * as api from './api';
import { useLive } from './live';
import { LiveMark, StatusLine } from './parts';
import { now } from './time';
import type { Device } from './types';
import { presence } from './words';

// The cars that are shown: the first pages of those whose id has the text in it.
function makeFleet() {
  const devices = signal<Device[] | null>(null);
  const next = signal<string | undefined>(undefined);
  const contains = signal('');

  const reload = async () => {
    const wanted = contains.value;
    const page = await api.devices(wanted);
    if (wanted !== contains.value) return;
    devices.value = page.devices;
    next.value = page.next;
  };
  return {
    devices,
    next,
    contains,
    reload,
    find: (text: string) => {
      contains.value = text.trim();
      // Without the server the list stays as it was, and the page says so.
      reload().catch(() => undefined);
    },
    loadMore: async () => {
      const page = await api.moreDevices(next.value!);
      devices.value = [...(devices.value ?? []), ...page.devices];
      next.value = page.next;
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
  const devices = fleet.devices.value;
  const next = fleet.next.value;
  const searching = fleet.contains.value !== '';
  const large = searching || next !== undefined || (devices?.length ?? 0) > 8;

  return (
    <>
      <div class="title">
        <h1>Fleet</h1>
        <LiveMark state={live} />
      </div>
      {devices !== null && devices.length === 0 && !searching && (
        <p class="card empty">
          No car is registered yet. <code>smartkarctl device add CCID</code> adds one.
        </p>
      )}
      {devices !== null && (devices.length > 0 || searching) && (
        <section class="card">
          <div class="tools">
            <p role="status">
              {next === undefined ? summary(devices) || 'No such car' : `The first ${devices.length} cars`}
            </p>
            {large && (
              <input
                type="search"
                aria-label="Find cars by a part of their id"
                placeholder="Find a car"
                onInput={(event) => fleet.find(event.currentTarget.value)}
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
              {devices.map((device) => (
                <Row key={device.ccid} device={device} />
              ))}
            </tbody>
          </table>
          {next !== undefined && (
            <button type="button" class="quiet" onClick={() => void fleet.loadMore()}>
              More cars
            </button>
          )}
        </section>
      )}
    </>
  );
}
