import { useState } from 'preact/hooks';
import { useLive } from '../live';
import { LiveMark, StatusLine } from '../parts';
import { now } from '../time';
import { presence } from '../words';
import { makeCar } from './car_model';
import { CommandPanel } from './command_panel';
import { History, OpenCommands } from './commands';
import { EventList } from './event_list';
import { FieldChart } from './field_chart';
import { Glance } from './glance';
import { PresenceList } from './presence_list';
import { StateCards } from './state_cards';

export function CarPage({ ccid }: { ccid: string }) {
  const [car] = useState(() => makeCar(ccid));
  const live = useLive(ccid, car);
  const device = car.device.value;
  const schema = car.schema.value;

  if (car.missing.value) {
    return (
      <p class="card empty">
        No car {ccid} is registered. <a href="#/">Back to the fleet</a>
      </p>
    );
  }
  return (
    <>
      <div class="title">
        <div>
          <a class="back" href="#/">
            ‹ Fleet
          </a>
          <h1 class="number">{ccid}</h1>
          {device !== null && (
            <p class="presence" role="status">
              <StatusLine status={presence(device, now.value)} />
            </p>
          )}
        </div>
        <LiveMark state={live} />
      </div>
      <Glance values={car.values.value} />
      {schema !== null && (
        <div class="columns">
          <div>
            {car.mayCommand.value && <CommandPanel car={car} ccid={ccid} schema={schema} />}
            <OpenCommands car={car} />
            <History car={car} />
          </div>
          <div>
            <StateCards car={car} schema={schema} />
            <FieldChart car={car} ccid={ccid} schema={schema} />
            <EventList events={car.events.value} />
            <PresenceList entries={car.presence.value} />
          </div>
        </div>
      )}
    </>
  );
}
