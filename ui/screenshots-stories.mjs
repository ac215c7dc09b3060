// Pictures of stories: see screenshots.mjs.
const open = (page) => page.getByTestId('stories').click();
const person = (page, name) => page.getByTestId('story-person').filter({ hasText: name });

export const STORIES = [
  { name: 'stories', scene: 'stories', act: open },
  {
    name: 'story',
    scene: 'stories',
    act: async (page) => {
      await open(page);
      await person(page, 'Tomasz').click();
      await page.getByTestId('story-pause').click();
    },
  },
  {
    name: 'story-text',
    scene: 'stories',
    act: async (page) => {
      await open(page);
      await person(page, 'Maren').click();
      await page.getByTestId('story-pause').click();
    },
  },
  {
    name: 'story-own',
    scene: 'stories_own',
    act: async (page) => {
      await open(page);
      await page.getByTestId('story-mine').click();
      await page.getByTestId('story-pause').click();
      await page.getByTestId('story-hidden').click();
    },
  },
  {
    name: 'story-compose',
    scene: 'stories',
    act: async (page) => {
      await open(page);
      await page.getByTestId('story-new').click();
      await page.getByTestId('story-text-field').fill('The cello is asleep in row nine');
    },
  },
  {
    name: 'story-audience',
    scene: 'stories',
    act: async (page) => {
      await open(page);
      await page.getByTestId('story-new').click();
      await page.getByTestId('story-audience').click();
      await page.getByTestId('audience-except').click();
      await page.getByTestId('audience-person').nth(1).click();
    },
  },
  { name: 'story-rings', scene: 'stories' },
];
