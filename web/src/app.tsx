import { signal } from '@preact/signals';
import { CarPage } from './car/car_page';
import { FleetPage } from './fleet_page';
import { LoginPage } from './login_page';
import { signOut, token } from './session';

// "#/cars/8944…": which page is shown. In the fragment, so that the server has one address to serve.
const route = signal(location.hash);
addEventListener('hashchange', () => {
  route.value = location.hash;
  scrollTo(0, 0);
});

function Page() {
  const car = /^#\/cars\/(\d+)$/.exec(route.value)?.[1];
  return car === undefined ? <FleetPage /> : <CarPage key={car} ccid={car} />;
}

export function App() {
  if (token.value === null) return <LoginPage />;
  return (
    <>
      <header class="top">
        <a class="brand" href="#/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          SmartKar
        </a>
        <button type="button" class="quiet" onClick={signOut}>
          Sign out
        </button>
      </header>
      <main>
        <Page />
      </main>
    </>
  );
}
