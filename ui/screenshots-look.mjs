// Pictures of folders, wallpapers and rules for notifications: see screenshots.mjs.
const row = (page, name) => page.getByTestId('chat-row').filter({ hasText: name });

const look = async (page) => {
  await row(page, 'Noor').click({ button: 'right' });
  await page
    .getByRole('menuitem')
    .filter({ hasText: /Notifications and|الإشعارات و/ })
    .click();
};

export const LOOK = [
  {
    name: 'folders',
    scene: 'folders',
    act: (page) => page.getByTestId('filter-folder').first().click(),
  },
  {
    name: 'folder-menu',
    scene: 'folders',
    act: (page) => page.getByTestId('filter-folder').first().click({ button: 'right' }),
  },
  {
    name: 'folder-edit',
    scene: 'folders',
    act: async (page) => {
      await page.getByTestId('filter-folder').first().click({ button: 'right' });
      await page.getByRole('menuitem').first().click();
      await page.getByTestId('folder-name').waitFor();
    },
  },
  { name: 'chat-look', scene: 'folders', act: look },
  {
    name: 'wallpaper',
    scene: 'folders',
    act: async (page) => {
      await look(page);
      await page.locator('[data-paper="seats"]').click();
      await page.keyboard.press('Escape');
      await row(page, 'Noor').click();
    },
  },
];
