import { signal } from '@preact/signals';
import * as api from '../api';
import type { CarEvent, CarState, Command, Device, PresenceEntry, Schema } from '../types';
import { flatten, merged, type Values } from './merge';

const eventsShown = 20;

// All that is known of one car, kept true by the live stream.
export function makeCar(ccid: string) {
  const schema = signal<Schema | null>(null);
  const mayCommand = signal(false);
  const device = signal<Device | null>(null);
  const values = signal<Values>({});
  const commands = signal<Command[]>([]);
  const events = signal<CarEvent[]>([]);
  const presence = signal<PresenceEntry[]>([]);
  const missing = signal(false);
  const hasOlder = signal(false);

  const takeCommands = (given: Command[]) => {
    commands.value = merged(commands.value, given);
  };

  const loadPresence = async () => {
    presence.value = await api.presence(ccid);
  };

  return {
    schema,
    mayCommand,
    device,
    values,
    commands,
    events,
    presence,
    missing,
    hasOlder,
    takeCommands,
    reload: async () => {
      try {
        schema.value ??= await api.schema();
        mayCommand.value = (await api.me()).role !== 'viewer';
        const [about, state, latest, happened] = await Promise.all([
          api.device(ccid),
          api.state(ccid),
          api.commands(ccid),
          api.events(ccid),
          loadPresence(),
        ]);
        device.value = about;
        values.value = flatten(state);
        commands.value = latest.commands;
        hasOlder.value = latest.next !== undefined;
        events.value = happened;
      } catch (error) {
        missing.value = error instanceof api.ApiError && error.status === 404;
        throw error;
      }
    },
    loadOlder: async () => {
      const older = await api.commands(ccid, commands.value.at(-1)?.id);
      hasOlder.value = older.next !== undefined;
      takeCommands(older.commands);
    },
    take: (name: string, data: unknown) => {
      if (name === 'presence') {
        device.value = data as Device;
        // Without the server the list stays as it was, and the page says so.
        loadPresence().catch(() => undefined);
      }
      if (name === 'state') values.value = { ...values.value, ...flatten(data as CarState) };
      if (name === 'command') takeCommands([data as Command]);
      if (name === 'event') events.value = [data as CarEvent, ...events.value].slice(0, eventsShown);
    },
  };
}

export type Car = ReturnType<typeof makeCar>;
