// Pictures of photos that may be looked at once, of pages behind links, and of reporting: see screenshots.mjs.
const row = (page, name) => page.getByTestId('chat-row').filter({ hasText: name });

export const ONCE = [
  { name: 'once', scene: 'once', act: (page) => row(page, 'Olga').click() },
  {
    name: 'once-viewer',
    scene: 'once',
    looks: ['light'],
    act: async (page) => {
      await row(page, 'Olga').click();
      await page.locator('button[data-testid=once]').last().click();
      await page.getByTestId('once-viewer').waitFor();
      await page.waitForTimeout(300);
    },
  },
  {
    name: 'once-attach',
    scene: 'once',
    act: async (page) => {
      await row(page, 'Olga').click();
      const files = ['jetty.jpg', 'hills.jpg'].map((name) => ({
        name,
        mimeType: 'image/jpeg',
        buffer: Buffer.alloc(90_000, 7),
      }));
      await page.locator('input[type=file]').first().setInputFiles(files);
      await page.getByTestId('attach-once').click();
      await page.waitForTimeout(400);
    },
  },
  {
    name: 'links',
    scene: 'links',
    act: async (page) => {
      await row(page, 'Tomé').click();
      await page.getByTestId('composer').fill('And this one https://regatta.example/2026');
      await page.locator('[data-testid=link-look][data-state=page]').waitFor();
    },
  },
  {
    name: 'links-failed',
    scene: 'links',
    looks: ['dark'],
    act: async (page) => {
      await row(page, 'Tomé').click();
      await page.getByTestId('composer').fill('And this one https://gone.test/');
      await page.locator('[data-testid=link-look][data-state=failed]').waitFor();
    },
  },
  {
    name: 'report',
    scene: 'main',
    act: async (page) => {
      await row(page, '+49').click();
      await page.getByTestId('request-report').click();
      await page.getByTestId('report-message').last().click();
    },
  },
];
