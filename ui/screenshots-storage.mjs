// Pictures of what files take on the computer: see screenshots.mjs.
const storage = (act) => async (page) => {
  await page.getByTestId('settings').click();
  await page.getByTestId('settings-storage').click();
  await act?.(page);
  await page.waitForTimeout(250);
};

const files = (act) =>
  storage(async (page) => {
    await page.getByTestId('storage-chat').first().click();
    await page.getByTestId('storage-file').first().waitFor();
    await act?.(page);
  });

const choose = (page) =>
  [0, 1, 3].reduce(async (before, at) => {
    await before;
    await page.getByTestId('storage-file').nth(at).click();
  }, Promise.resolve());

export const STORAGE = [
  { name: 'storage', scene: 'gallery', act: storage() },
  { name: 'storage-none', scene: 'main', act: storage() },
  { name: 'storage-files', scene: 'gallery', act: files(choose) },
  {
    name: 'storage-ask',
    scene: 'gallery',
    looks: ['light', 'dark'],
    act: files(async (page) => {
      await choose(page);
      await page.getByTestId('storage-delete').click();
    }),
  },
  {
    name: 'storage-nothing',
    scene: 'gallery',
    looks: ['light'],
    act: files((page) => page.getByTestId('storage-kind-voice').click()),
  },
  { name: 'storage-narrow', scene: 'gallery', size: { width: 420, height: 760 }, act: files(choose) },
];
