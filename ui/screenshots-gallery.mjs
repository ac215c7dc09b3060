// Pictures of what conversations have collected: see screenshots.mjs.
const row = (page, name) => page.getByTestId('chat-row').filter({ hasText: name });

const gallery = (name, tab) => async (page) => {
  await row(page, name).click();
  await page.getByTestId('info').click();
  await page.getByTestId('gallery-open').click();
  if (tab) await page.getByTestId(`gallery-${tab}`).click();
  await page.waitForTimeout(300);
};

/** A landscape, encoded in the page. */
async function landscape(page) {
  const url = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1800, height: 1200 });
    const pen = canvas.getContext('2d');
    const sky = pen.createLinearGradient(0, 0, 0, 900);
    sky.addColorStop(0, '#2f2d55');
    sky.addColorStop(1, '#ea9c78');
    pen.fillStyle = sky;
    pen.fillRect(0, 0, 1800, 1200);
    pen.fillStyle = '#fbe3b5';
    pen.arc(1250, 480, 90, 0, 7);
    pen.fill();
    pen.fillStyle = '#3b2430';
    pen.fillRect(0, 860, 1800, 340);
    return canvas.toDataURL('image/jpeg');
  });
  return { name: 'jetty.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(url.split(',')[1], 'base64') };
}

const edit = (act) => async (page) => {
  await row(page, 'Vera').click();
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(await landscape(page));
  await page.getByTestId('edit-photo').click();
  await page.getByTestId('edit-canvas').waitFor();
  await act(page);
  await page.waitForTimeout(200);
};

async function stroke(page) {
  const box = await page.getByTestId('edit-canvas').boundingBox();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
  await page.mouse.down();
  for (let at = 1; at <= 20; at += 1) {
    await page.mouse.move(box.x + box.width * (0.3 + at * 0.02), box.y + box.height * (0.4 + 0.12 * Math.sin(at / 3)));
  }
  await page.mouse.up();
}

export const GALLERY = [
  {
    name: 'edit-crop',
    scene: 'files',
    act: edit(async (page) => {
      await page.getByTestId('shape-four').click();
      await page.getByTestId('crop-se').focus();
      for (let at = 0; at < 4; at += 1) await page.keyboard.press('Shift+ArrowLeft');
    }),
  },
  {
    name: 'edit-draw',
    scene: 'files',
    act: edit(async (page) => {
      await page.keyboard.press('r');
      await page.getByTestId('tool-draw').click();
      await stroke(page);
    }),
  },
  {
    name: 'edit-done',
    scene: 'files',
    act: edit(async (page) => {
      await page.getByTestId('tool-draw').click();
      await stroke(page);
      await page.getByTestId('edit-done').click();
      await page.getByTestId('edit-photo').waitFor();
    }),
  },
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
      // By what it is, not by what it is called: the scene is drawn in Arabic too.
      await page.getByTestId('gallery').locator('[data-testid=media][data-state=here] button').nth(2).click();
      await page.getByTestId('viewer').waitFor();
      await page.waitForTimeout(400);
    },
  },
];
