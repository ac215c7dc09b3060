// Pictures of what conversations have collected: see screenshots.mjs.
const row = (page, name) => page.getByTestId('chat-row').filter({ hasText: name });

const gallery = (name, tab) => async (page) => {
  await row(page, name).click();
  await page.getByTestId('info').click();
  await page.getByTestId('gallery-open').click();
  if (tab) await page.getByTestId(`gallery-${tab}`).click();
  await page.waitForTimeout(300);
};

export const GALLERY = [
  {
    name: 'gallery-strip',
    scene: 'gallery',
    act: async (page) => {
      await row(page, 'Vera').click();
      await page.getByTestId('info').click();
      await page.waitForTimeout(300);
    },
  },
  { name: 'gallery', scene: 'gallery', act: gallery('Vera') },
  { name: 'gallery-files', scene: 'gallery', act: gallery('Vera', 'files') },
  { name: 'gallery-links', scene: 'gallery', act: gallery('Vera', 'links') },
  { name: 'gallery-empty', scene: 'main', act: gallery('Tomasz') },
  { name: 'gallery-offline', scene: 'gallery_offline', act: gallery('Vera') },
  {
    name: 'gallery-viewer',
    scene: 'gallery',
    act: async (page) => {
      await gallery('Vera')(page);
      await page
        .getByTestId('gallery')
        .getByRole('button', { name: /^Photo, / })
        .nth(2)
        .click();
      await page.waitForTimeout(400);
    },
  },
];
