// Pictures of polls, people, places and messages that leave later: see screenshots.mjs.
const row = (page, name) => page.getByTestId('chat-row').filter({ hasText: name });

export const PARTS = [
  {
    name: 'parts',
    scene: 'parts',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('scheduled-open').click();
    },
  },
  {
    name: 'poll-new',
    scene: 'parts',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('more-to-send').click();
      await page.getByRole('menuitem').first().click();
      await page.getByTestId('poll-question').fill('Where do we eat?');
      await page.getByTestId('poll-answer-1').fill('Soup at home');
      await page.getByTestId('poll-answer-2').fill('Cervejaria by the station');
    },
  },
  {
    name: 'votes',
    scene: 'parts',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('poll-votes').last().click();
      await page.getByTestId('votes-of').first().waitFor();
    },
  },
  {
    name: 'later',
    scene: 'parts',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('composer').fill('Good morning!');
      await page.getByTestId('send').click({ button: 'right' });
      await page.getByRole('menuitem').first().click();
    },
  },
  {
    name: 'place-new',
    scene: 'parts',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('more-to-send').click();
      await page.getByRole('menuitem').nth(2).click();
      await page.getByTestId('place-input').fill('38.710302, -9.139337');
    },
  },
  {
    name: 'card-new',
    scene: 'parts',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('more-to-send').click();
      await page.getByRole('menuitem').nth(1).click();
    },
  },
];
