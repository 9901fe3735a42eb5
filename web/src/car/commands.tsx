import { useState } from 'preact/hooks';
import * as api from '../api';
import { Age, Badge } from '../parts';
import { clockTime, duration, fullTime, now } from '../time';
import type { Command, HistoryEntry, Schema } from '../types';
import { actionName, commandStatus, expiry, fieldName, stageName, step, steps, valueText } from '../words';
import type { Car } from './car_model';

function parameters(command: Command, schema: Schema | null): string {
  const specs = schema?.actions.find((action) => action.name === command.action)?.parameters ?? [];
  return Object.entries(command.params)
    .map(([name, value]) => `${fieldName(name)} ${valueText(value, specs.find((spec) => spec.name === name)?.unit)}`)
    .join(', ');
}

function Steps({ command }: { command: Command }) {
  const reached = step(command);
  return (
    <ol class="steps" aria-label="Progress">
      {steps.map((name, index) => (
        <li
          key={name}
          class={index < reached ? 'passed' : index === reached ? 'current' : ''}
          aria-current={index === reached ? 'step' : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}

function CancelButton({ car, command }: { car: Car; command: Command }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const cancel = async () => {
    setBusy(true);
    setProblem('');
    try {
      car.takeCommands([await api.cancel(command)]);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" onClick={cancel} disabled={busy || command.cancelRequested}>
        {command.cancelRequested ? 'Cancelling…' : 'Cancel'}
      </button>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function OpenCommand({ car, command }: { car: Car; command: Command }) {
  const status = commandStatus(command);
  return (
    <article class="open">
      <div class="row">
        <h3>{actionName(command.action)}</h3>
        <Badge tone={status.tone}>{status.label}</Badge>
      </div>
      <p class="detail" aria-live="polite">
        {status.detail}
        {command.cancelRequested && '; the car is asked to give it up and has not answered yet'}
      </p>
      <Steps command={command} />
      <div class="row">
        <p class="minor">{expiry(command, now.value)}</p>
        {car.mayCommand.value && <CancelButton car={car} command={command} />}
      </div>
    </article>
  );
}

export function OpenCommands({ car }: { car: Car }) {
  const open = car.commands.value.filter((command) => !command.final);
  if (open.length === 0) return null;
  return (
    <section class="card" aria-labelledby="open-title">
      <h2 id="open-title">Under way</h2>
      {open.map((command) => (
        <OpenCommand key={command.id} car={car} command={command} />
      ))}
    </section>
  );
}

function entryText(entry: HistoryEntry): string {
  return [entry.state.replaceAll('_', ' '), entry.stage === undefined ? '' : stageName(entry.stage), entry.detail ?? '']
    .filter((text) => text !== '')
    .join(': ');
}

function Ledger({ command }: { command: Command }) {
  const start = command.history[0]?.at ?? command.createdAt;
  return (
    <ol class="ledger">
      {command.history.map((entry, index) => (
        <li key={index}>
          <time dateTime={new Date(entry.at * 1000).toISOString()} title={fullTime(entry.at)}>
            {index === 0 ? clockTime(entry.at, now.value) : `+ ${duration(entry.at - start)}`}
          </time>
          <span>{entryText(entry)}</span>
        </li>
      ))}
    </ol>
  );
}

function Past({ command, schema }: { command: Command; schema: Schema | null }) {
  const status = commandStatus(command);
  const params = parameters(command, schema);
  return (
    <details class="past">
      <summary>
        <span class="what">{actionName(command.action)}</span>
        <Age time={command.createdAt} />
        <Badge tone={status.tone}>{status.label}</Badge>
      </summary>
      <p class="detail">
        {status.detail}
        {command.error !== undefined && `: ${command.error}`}
      </p>
      {params !== '' && <p class="minor">{params}</p>}
      <Ledger command={command} />
      {command.result !== undefined && <pre>{JSON.stringify(command.result, null, 1)}</pre>}
      <p class="minor">command {command.id}</p>
    </details>
  );
}

export function History({ car }: { car: Car }) {
  const past = car.commands.value.filter((command) => command.final);
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      {past.length === 0 && <p class="minor">No command has ended yet.</p>}
      {past.map((command) => (
        <Past key={command.id} command={command} schema={car.schema.value} />
      ))}
      {car.hasOlder.value && (
        <button type="button" class="quiet" onClick={() => void car.loadOlder()}>
          Older commands
        </button>
      )}
    </section>
  );
}
