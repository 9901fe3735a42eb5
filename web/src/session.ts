import { signal } from '@preact/signals';

// The token stays in this tab, and is gone when it is closed; who ticks "keep me signed in" has it in localStorage, for
// a phone that is nobody else's. No cookie: the browser would send it with requests of other pages, too.
const key = 'smartkar-token';

export const token = signal<string | null>(sessionStorage.getItem(key) ?? localStorage.getItem(key));

export function signIn(given: string, keep: boolean): void {
  (keep ? localStorage : sessionStorage).setItem(key, given);
  token.value = given;
}

export function signOut(): void {
  sessionStorage.removeItem(key);
  localStorage.removeItem(key);
  token.value = null;
}
