import { useState } from 'preact/hooks';
import * as api from '../api';
import { duration } from '../time';
import type { ActionSpec, CommandRequest, Schema } from '../types';
import { actionName } from '../words';
import type { Car } from './car_model';
import { ParameterFields, readParameters } from './parameter_fields';

// What an owner wants every day.
const everyday = ['vehicle.startCharging', 'vehicle.stopCharging', 'vehicle.startClimate', 'vehicle.stopClimate'];
const ttls = [600, 1800, 3600, 21_600, 86_400];

function requestOf(form: FormData, action: ActionSpec, schema: Schema): CommandRequest {
  const params = readParameters(form, action.parameters, '');
  const onlyIf = action.kind === 'actuating' ? readParameters(form, schema.conditions, 'onlyIf.') : {};
  if (Object.keys(onlyIf).length > 0) params['onlyIf'] = onlyIf;
  const request: CommandRequest = { action: action.name, params };
  const ttl = Number(form.get('ttl'));
  if (ttl > 0) request.ttl = ttl;
  if (form.get('supersede') !== null) request.supersede = true;
  return request;
}

function Choice({ schema, chosen, choose }: { schema: Schema; chosen: string; choose: (name: string) => void }) {
  const others = schema.actions.filter((action) => !everyday.includes(action.name));
  return (
    <div class="choice" role="group" aria-label="Command">
      {everyday.map((name) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => choose(name)}>
          {actionName(name)}
        </button>
      ))}
      <select
        aria-label="Other commands"
        class={everyday.includes(chosen) ? '' : 'chosen'}
        value={everyday.includes(chosen) ? '' : chosen}
        onChange={(event) => event.currentTarget.value !== '' && choose(event.currentTarget.value)}
      >
        <option value="">Other commands…</option>
        {others.map((action) => (
          <option key={action.name} value={action.name}>
            {actionName(action.name)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Options({ action, schema }: { action: ActionSpec; schema: Schema }) {
  return (
    <details class="more">
      <summary>Conditions and deadline</summary>
      <label class="field">
        <span>Give up after</span>
        <select name="ttl">
          <option value="">{duration(action.ttl)} (usual)</option>
          {ttls
            .filter((ttl) => ttl !== action.ttl)
            .map((ttl) => (
              <option key={ttl} value={ttl}>
                {duration(ttl)}
              </option>
            ))}
        </select>
      </label>
      {action.subject !== undefined && (
        <label class="check">
          <input type="checkbox" name="supersede" />
          Instead of all earlier {action.subject} commands that have not ended
        </label>
      )}
      {action.kind === 'actuating' && (
        <fieldset>
          <legend>Only if, once the car is awake</legend>
          <div class="fields">
            <ParameterFields specs={schema.conditions} prefix="onlyIf." />
          </div>
        </fieldset>
      )}
    </details>
  );
}

export function CommandPanel({ car, ccid, schema }: { car: Car; ccid: string; schema: Schema }) {
  const [chosen, setChosen] = useState(everyday[0]!);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ text: string; field?: string | undefined } | null>(null);
  // A wish whose answer got lost. Asked for again in the same words, it goes out with the same key.
  const [unanswered, setUnanswered] = useState<{ wish: string; key: string } | null>(null);
  const action = schema.actions.find((one) => one.name === chosen)!;

  const choose = (name: string) => {
    setChosen(name);
    setProblem(null);
  };

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const request = requestOf(new FormData(event.currentTarget as HTMLFormElement), action, schema);
    const wish = JSON.stringify(request);
    const key = unanswered?.wish === wish ? unanswered.key : api.idempotencyKey();
    setBusy(true);
    setProblem(null);
    try {
      car.takeCommands([await api.send(ccid, request, key)]);
      setUnanswered(null);
    } catch (error) {
      const { status, message, field } = error as api.ApiError;
      setUnanswered(status === 0 || status >= 500 ? { wish, key } : null);
      setProblem(
        status === 0
          ? { text: 'No answer from the server. Press again to ask for the same command; it cannot run twice.' }
          : { text: message, field },
      );
    } finally {
      setBusy(false);
    }
  };

  return (
    <section class="card" aria-labelledby="command-title">
      <h2 id="command-title">Command</h2>
      <Choice schema={schema} chosen={chosen} choose={choose} />
      <form key={chosen} onSubmit={submit} aria-label={actionName(chosen)}>
        {action.parameters.length > 0 && (
          <div class="fields">
            <ParameterFields specs={action.parameters} prefix="" wrong={problem?.field} />
          </div>
        )}
        <Options action={action} schema={schema} />
        <p class="problem" role="alert">
          {problem?.text}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {actionName(chosen)}
        </button>
      </form>
    </section>
  );
}
