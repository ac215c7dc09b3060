// Calls of groups, as they are pictured.
const lago = (page) => page.getByTestId('chat-row').filter({ hasText: 'Casa' }).click();

export const GROUP_CALLS = [
  { name: 'group-call-ringing', scene: 'group_call_ringing', act: lago },
  {
    name: 'ringing-group',
    scene: 'group_call_ringing',
    page: 'ringing.html',
    size: { width: 392, height: 168 },
    looks: ['light', 'rtl'],
  },
  { name: 'group-call-under-way', scene: 'group_call_under_way', act: lago },
  { name: 'group-call', scene: 'group_call_talking' },
  {
    name: 'group-call-room',
    scene: 'group_call_talking',
    act: (page) => page.getByTestId('group-call-room-toggle').click(),
  },
  {
    name: 'group-call-grid',
    scene: 'group_call_talking',
    act: (page) => page.getByTestId('group-call-view').click(),
  },
  { name: 'group-call-troubled', scene: 'group_call_troubled' },
  { name: 'group-call-alone', scene: 'group_call_alone' },
];
