// Pictures of photos that may be looked at once: see screenshots.mjs.
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
];
