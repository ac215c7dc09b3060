// Pictures of calls between two: the bar, the screen, the small windows, the list and the settings.

const row = (page, name) => page.getByTestId('chat-row').filter({ hasText: name });
const settings = (name) => async (page) => {
  await page.getByTestId('settings').click();
  await page.getByTestId(`settings-${name}`).click();
};

export const CALLS = [
  { name: 'call-incoming', scene: 'call_incoming', act: (page) => row(page, 'Noor').click() },
  { name: 'calls', scene: 'calls', act: (page) => page.getByTestId('calls').click() },
  { name: 'calls-none', scene: 'main', act: (page) => page.getByTestId('calls').click() },
  { name: 'settings-calls', scene: 'main', act: settings('calls') },
  { name: 'settings-calls-broken', scene: 'calls_broken', act: settings('calls') },
  { name: 'call-small', scene: 'call_video', act: (page) => page.getByTestId('call-smaller').click() },
  {
    name: 'ringing',
    scene: 'call_video_incoming',
    page: 'ringing.html',
    size: { width: 392, height: 168 },
    looks: ['light', 'rtl'],
  },
  {
    name: 'ringing-write',
    scene: 'call_incoming',
    page: 'ringing.html',
    size: { width: 392, height: 168 },
    act: (page) => page.getByTestId('ringing-write').click(),
  },
  {
    name: 'floating',
    scene: 'call_video',
    page: 'floating.html',
    size: { width: 384, height: 240 },
    act: (page) => page.getByTestId('floating').hover(),
  },
  {
    name: 'call-floating',
    scene: 'call_video',
    act: (page) => page.getByTestId('call-float').click(),
  },
  { name: 'call-ringing', scene: 'call_ringing' },
  { name: 'call-talking', scene: 'call_talking' },
  { name: 'call-troubled', scene: 'call_troubled' },
  { name: 'call-video-incoming', scene: 'call_video_incoming', act: (page) => row(page, 'Noor').click() },
  { name: 'call-video', scene: 'call_video' },
  { name: 'call-shared', scene: 'call_shared' },
  { name: 'call-invited', scene: 'call_invited' },
  { name: 'call-no-camera', scene: 'call_no_camera' },
  { name: 'call-menu', scene: 'call_talking', act: (page) => page.getByTestId('call-devices').click() },
];
