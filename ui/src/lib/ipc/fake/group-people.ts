// The groups of the scenes.
import type { GroupView } from '../bindings/GroupView';
import { MYSELF, OPEN, groupView, summary, who } from './groups';
import { mentionsIn } from '../../mentions';
import { type Person, moment, noted, person, said, withLines, wrote } from './world';

const at = (time: string) => moment(0, time);
const yesterday = (time: string) => moment(1, time);

const ILSE = who('Ilse Vermeer', 'IV', 'lagoon', 2);
const ANOUK = who('Anouk Duarte', 'AD', 'iris');
const JONAS = who('Jonas Reuter', 'JR', 'clay');
const PAPA = { ...who('Papá', 'P', 'moss', 5), picture_rev: 1 };
const others = [
  who('Tomasz Wilk', 'TW', 'brass', 3),
  who('Edda Brandt', 'EB', 'clay', 7),
  who('Júlia Vas', 'JV', 'olive', 8),
];

const MEMBERS: GroupView['members'] = [
  { person: ILSE, role: 'owner' },
  { person: ANOUK, role: 'admin' },
  { person: PAPA, role: 'member' },
  { person: JONAS, role: 'member' },
  ...others.map((one) => ({ person: one, role: 'member' as const })),
  { person: MYSELF, role: 'member' },
];

const ABOUT = 'Ten days in August. The list of who brings what is pinned.';

/** A house by a lake, and eight people. */
export function lago(part: Partial<GroupView> = {}): Person {
  const view = groupView(40, 'Casa del Lago', { initials: 'CL', about: ABOUT, members: MEMBERS, ...part });
  const { title, initials, hue } = view;
  const one = person(
    { id: 40, title, initials, hue, group: summary(view), request: view.request },
    {
      lines: [
        noted(yesterday('17:02'), { kind: 'encrypted' }),
        noted(yesterday('17:03'), { kind: 'group', by: ILSE, what: { kind: 'created', name: title } }),
        noted(yesterday('17:04'), { kind: 'group', by: ILSE, what: { kind: 'added', who: [JONAS, PAPA] } }),
        said(yesterday('17:40'), 'Is anyone there already? Show us the water', { author: ANOUK }),
        wrote(yesterday('18:02'), 'Morning at the jetty'),
        said(at('19:48'), 'The boiler is on, so there is hot water from four.', { author: JONAS }),
        said(at('19:48'), 'Bedding is in the tall cupboard', { author: JONAS }),
        wrote(at('20:02'), 'I bring coffee and the good lamp', 'read'),
        noted(at('20:10'), { kind: 'group', by: ILSE, what: { kind: 'role', who: ANOUK, role: 'admin' } }),
        said(at('20:20'), 'Leave room in the car for the cello.', { author: PAPA }),
        said(at('20:36'), 'Whoever has the boat key, please leave it on the *blue* hook', {
          author: ILSE,
          reactions: [{ emoji: '👍', count: 2, mine: true, names: ['Anouk Duarte'] }],
        }),
      ],
    },
  );
  one.group = view;
  return one;
}

/** Two messages that name people, one of which names oneself and is not read yet. */
export function namedLago(): Person {
  const ask = 'Can @Papá bring the big pot? @Ilse Vermeer has the lid';
  const one = withLines(lago(), [
    said(at('20:40'), ask, { author: ANOUK, mentions: mentionsIn(ask, [PAPA, ILSE]) }),
    wrote(at('20:41'), 'I have room for it, @Jonas Reuter drives with me', 'read', {
      mentions: mentionsIn('I have room for it, @Jonas Reuter drives with me', [JONAS]),
    }),
    said(at('20:44'), `@${MYSELF.name} and the viola?`, {
      author: ILSE,
      mentions: mentionsIn(`@${MYSELF.name}`, [MYSELF]),
    }),
  ]);
  const last = one.entries.at(-1)?.order ?? null;
  return { ...one, row: { ...one.row, unread: 1, mention: last } };
}

/** One's own, with everything an owner may do. */
export function ownLago(): Person {
  const members = MEMBERS.map(({ person: member }) => ({
    person: member,
    role: member.me ? ('owner' as const) : member === ANOUK ? ('admin' as const) : ('member' as const),
  }));
  return lago({ members, role: 'owner' });
}

/** One's own, with a link and two who have opened it. */
export function linkedLago(): Person {
  const one = ownLago();
  const link = {
    url: 'sotto://join/AcTrsc6Yb2rLxB0l4pvU3qL7cR1Wq3mM0pY5n1lJ8wE2kDhX9sVfGgAoTtQeZuNiOa',
    approval: true,
  };
  const requests = [who('Hanna Lindqvist', 'HL', 'moss', 9), who('Matteo Riva', 'MR', 'brass', 10)];
  const group = { ...(one.group as GroupView), link, requests };
  return { ...one, group, row: { ...one.row, group: summary(group) } };
}

export const closedLago = () => lago({ policy: { ...OPEN, admins_send: true }, may_send: false });
export const leftLago = () =>
  lago({
    members: MEMBERS.filter(({ person: member }) => !member.me),
    role: null,
    may_send: false,
    may_edit: false,
    may_add: false,
  });
export const forkedLago = () =>
  lago({
    may_send: false,
    may_edit: false,
    may_add: false,
    fork: { member: JONAS, epoch: 7, ours: '4b10c2f7d09a', theirs: '9ee27a551c03' },
  });
