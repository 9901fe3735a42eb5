// What an owner does with the dashboard, in a real Chromium. Fails with an Error that says what was not as it should be.
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };

export class Owner {
  // settings: { url, token, ccid, pictures? (a folder for screenshots) }
  static async arrive(settings) {
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      // Chromium refuses to sandbox itself as root, which containers are.
      args: process.getuid() === 0 ? ['--no-sandbox'] : [],
    });
    const owner = new Owner();
    Object.assign(owner, settings, { browser, complaints: [] });
    owner.page = await browser.newPage({ viewport: phone });
    owner.page.setDefaultTimeout(60_000);
    // Also what the content security policy forbids ends up here.
    owner.page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) owner.complaints.push(message.text());
    });
    owner.page.on('pageerror', (error) => owner.complaints.push(String(error)));
    return owner;
  }

  async signIn() {
    await this.page.goto(this.url);
    await this.page.getByLabel('Access token').fill('not the token');
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.see('The server does not know this token.');
    await this.picture('login');
    await this.page.getByLabel('Access token').fill(this.token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('heading', { name: 'Fleet' }).waitFor();
  }

  async openCar() {
    await this.page.getByRole('link', { name: this.ccid }).click();
    await this.page.getByRole('heading', { name: this.ccid }).waitFor();
  }

  async see(text) {
    await this.page.getByText(text).first().waitFor();
  }

  section(name) {
    return this.page.getByRole('region', { name });
  }

  async startCharging(percent) {
    await this.page.getByRole('spinbutton', { name: 'Target SoC (%)' }).fill(String(percent));
    await this.page.getByRole('form', { name: 'Start charging' }).getByRole('button', { name: 'Start charging' }).click();
  }

  async picture(name) {
    if (!this.pictures) return;
    for (const [screen, size] of Object.entries({ phone, desktop })) {
      for (const colorScheme of ['light', 'dark']) {
        await this.page.setViewportSize(size);
        await this.page.emulateMedia({ colorScheme });
        await this.page.screenshot({ path: join(this.pictures, `${name}-${screen}-${colorScheme}.png`), fullPage: true });
      }
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    await this.page.setViewportSize(phone);
  }

  async fits() {
    const [wide, screen] = await this.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if (wide > screen) throw new Error(`the page is ${wide} pixels wide on a screen of ${screen}`);
  }

  async leave() {
    await this.browser.close();
    if (this.complaints.length > 0) throw new Error(`the browser complains: ${this.complaints.join('; ')}`);
  }
}
