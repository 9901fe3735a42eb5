// node main.mjs SCENARIO URL TOKEN CCID [PICTURES]: plays one scenario; exits with 1 and says why if it fails.
import { Owner } from './owner.mjs';

const scenarios = {
  // The car sleeps and can be woken.
  async charge(owner) {
    await owner.signIn();
    await owner.see(/Asleep until/);
    await owner.see(/believed reachable, proved/);
    await owner.fits();
    await owner.picture('fleet');
    await owner.openCar();
    await owner.see(/Asleep until/);
    await owner.startCharging(80);
    await owner.section('Under way').getByText('Waking the car').waitFor();
    await owner.fits();
    await owner.picture('waking');
    const past = owner.section('History').getByRole('group').filter({ hasText: 'Start charging' });
    await past.getByText('Completed', { exact: true }).waitFor();
    await past.locator('summary').click();
    await past.getByText(/accepted: in the car’s journal/).waitFor();
    await owner.section('State').getByText('SoC', { exact: true }).waitFor();
    await owner.section('Over time').locator('canvas').waitFor();
    await owner.section('Presence').getByText(/^Asleep until/).first().waitFor();
    await owner.section('Presence').getByText('Awake', { exact: true }).first().waitFor();
    await owner.fits();
    await owner.picture('car');
  },

  // The car sleeps and cannot be woken.
  async cancel(owner) {
    await owner.signIn();
    await owner.openCar();
    await owner.startCharging(70);
    await owner.section('Under way').getByText('Waking the car').waitFor();
    await owner.section('Under way').getByRole('button', { name: 'Cancel' }).click();
    await owner.section('History').getByText('Cancelled', { exact: true }).waitFor();
    await owner.section('Under way').waitFor({ state: 'detached' });
    await owner.page.reload();
    await owner.section('History').getByText('Cancelled', { exact: true }).waitFor();
  },
};

const [name, url, token, ccid, pictures] = process.argv.slice(2);
const owner = await Owner.arrive({ url, token, ccid, pictures });
try {
  await scenarios[name](owner);
  await owner.leave();
  console.log(`${name}: ok`);
} catch (error) {
  console.log(`${name}: ${error.message}`);
  console.log(await owner.page.locator('body').innerText().catch(() => ''));
  await owner.browser.close();
  process.exitCode = 1;
}
