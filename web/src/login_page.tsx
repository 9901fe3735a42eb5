import { useState } from 'preact/hooks';
import { ApiError, ask } from './api';
import { signIn } from './session';

export function LoginPage() {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const given = String(form.get('token')).trim();
    setBusy(true);
    setProblem('');
    try {
      await ask('/me', {}, given);
      signIn(given, form.get('keep') !== null);
    } catch (error) {
      const wrong = error instanceof ApiError && error.status === 401;
      setProblem(wrong ? 'The server does not know this token.' : `Not signed in: ${(error as Error).message}.`);
      setBusy(false);
    }
  };

  return (
    <main class="login">
      <form class="card" onSubmit={submit}>
        <img src="/icon.svg" alt="" width="48" height="48" />
        <h1>SmartKar</h1>
        <label class="field">
          <span>Access token</span>
          <input name="token" type="password" autocomplete="current-password" required autofocus />
          <small>
            From <code>smartkarctl token create</code>, or the file <code>server/token</code>
          </small>
        </label>
        <label class="check">
          <input name="keep" type="checkbox" />
          Keep me signed in on this device
        </label>
        <p role="alert" class="problem">
          {problem}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
