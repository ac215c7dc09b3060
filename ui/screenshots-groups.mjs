// What is pictured of groups, and done before.
const row = (page, name) => page.getByTestId('chat-row').filter({ hasText: name });

export const GROUP_SHOTS = [
  { name: 'group', scene: 'group', act: (page) => row(page, 'Casa').click() },
  { name: 'group-mentions', scene: 'group_mentions', act: (page) => row(page, 'Casa').click() },
  {
    name: 'group-mention-choose',
    scene: 'group',
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('composer').pressSequentially('Ask @');
      await page.getByTestId('mention-list').waitFor();
      await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'group-mention-row',
    scene: 'group_mentions',
    looks: ['light', 'dark'],
    act: (page) => row(page, 'Noor').click(),
  },
  { name: 'group-writing', scene: 'group_writing', act: (page) => row(page, 'Casa').click() },
  {
    name: 'group-about',
    scene: 'group_own',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('info').click();
      await page.getByTestId('group-about').click();
    },
  },
  {
    name: 'group-link',
    scene: 'group_link',
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('requests-bar').click();
      await page.getByTestId('group-link').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'group-requests',
    scene: 'group_link',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('requests-bar').click();
      await page.getByTestId('join-request').first().waitFor();
    },
  },
  {
    name: 'group-join',
    scene: 'main',
    act: async (page) => {
      await page.getByTestId('new-chat').click();
      await page.getByTestId('join-by-link').click();
      await page.getByTestId('join-link').fill('sotto://join/AcTrsc6Yb2rLxB0l4pvU3qL7cR1Wq3mM0pY5');
    },
  },
  {
    name: 'group-join-asked',
    scene: 'main',
    looks: ['light', 'dark'],
    act: async (page) => {
      await page.getByTestId('new-chat').click();
      await page.getByTestId('join-by-link').click();
      await page.getByTestId('join-link').fill('sotto://join/AcTrsc6Yb2rLxB0l4pvU3qL7cR1Wq3mM0pY5');
      await page.getByTestId('join-ask').click();
      await page.getByTestId('join-asked').waitFor();
    },
  },
  {
    name: 'group-info',
    scene: 'group_own',
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('info').click();
      await page.getByTestId('member').first().waitFor();
    },
  },
  {
    name: 'group-member',
    scene: 'group_own',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('info').click();
      await page.getByTestId('member-menu').nth(1).click();
    },
  },
  {
    name: 'group-leave',
    scene: 'group',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('info').click();
      await page.getByTestId('group-leave').click();
    },
  },
  {
    name: 'group-add',
    scene: 'group_own',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('info').click();
      await page.getByTestId('group-add').click();
    },
  },
  {
    name: 'group-receipts',
    scene: 'group',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('message').filter({ hasText: 'good lamp' }).click({ button: 'right' });
      await page.getByTestId('action-receipts').click();
    },
  },
  {
    name: 'group-forked',
    scene: 'group_forked',
    act: async (page) => {
      await row(page, 'Casa').click();
      await page.getByTestId('info').click();
      await page.getByTestId('fork').waitFor();
    },
  },
  { name: 'group-closed', scene: 'group_closed', act: (page) => row(page, 'Casa').click() },
  { name: 'group-left', scene: 'group_left', looks: ['light', 'dark'], act: (page) => row(page, 'Casa').click() },
  { name: 'group-request', scene: 'group_request', act: (page) => row(page, 'Casa').click() },
  {
    name: 'new-group',
    scene: 'main',
    act: async (page) => {
      await page.getByTestId('new-chat').click();
      await page.getByTestId('kind-group').click();
      await page.getByTestId('group-name').fill('Row F, Friday');
      for (const at of [1, 3, 5]) await page.locator('[data-testid="people-list"] button').nth(at).click();
    },
  },
  {
    name: 'new-group-empty',
    scene: 'empty',
    looks: ['light', 'dark'],
    act: async (page) => {
      await page.getByTestId('new-chat').click();
      await page.getByTestId('kind-group').click();
    },
  },
];
