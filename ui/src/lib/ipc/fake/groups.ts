// Groups in the fake world: who is in them, and what is done to them.
import type { GroupNotice } from '../bindings/GroupNotice';
import type { GroupPolicy } from '../bindings/GroupPolicy';
import type { GroupRole } from '../bindings/GroupRole';
import type { GroupView } from '../bindings/GroupView';
import type { MentionRange } from '../bindings/MentionRange';
import type { MentionView } from '../bindings/MentionView';
import type { PersonView } from '../bindings/PersonView';
import type { FakeEngine } from './engine';
import { refuse } from './refuse';
import { ME, type Person, noted, person } from './world';

type Given = Record<string, unknown>;
type Command = (engine: FakeEngine, args: Given) => unknown;

export const OPEN: GroupPolicy = { admins_send: false, admins_edit: false, admins_add: false };

/** Somebody by what a row or a name tells. */
export const who = (name: string, initials: string, hue: string, chat: number | null = null): PersonView => ({
  account: [...name]
    .map((letter) => (letter.codePointAt(0) ?? 0).toString(16))
    .join('')
    .padEnd(64, '0')
    .slice(0, 64),
  me: false,
  name,
  initials,
  hue,
  chat,
  picture_rev: 0,
});

export const MYSELF: PersonView = { ...who(ME.name, ME.initials, ME.hue), me: true };

export function groupView(chat: number, title: string, part: Partial<GroupView>): GroupView {
  return {
    chat,
    title,
    about: '',
    picture_rev: 0,
    initials: title.slice(0, 1),
    hue: 'iris',
    members: [],
    role: 'member',
    policy: OPEN,
    may_send: true,
    may_edit: true,
    may_add: true,
    changing: false,
    link: null,
    requests: [],
    request: false,
    fork: null,
    ...part,
  };
}

/** What a window has marked, as it is drawn. */
export function mentioned(one: Person, ranges: unknown): MentionView[] {
  return ((ranges ?? []) as MentionRange[]).flatMap(({ start, length, account }) => {
    const found = one.group?.members.find((member) => member.person.account === account);
    return found ? [{ start, length, person: found.person }] : [];
  });
}

/** What a row shows of it. */
export const summary = (view: GroupView) => ({
  members: Math.max(1, view.members.length),
  member: view.role !== null,
  may_send: view.may_send,
  requests: view.requests.length,
  forked: view.fork !== null,
});

function groupOf(one: Person): GroupView {
  if (!one.group) throw refuse('not_found');
  return one.group;
}

/** Changes the group as the policy and the roles have it, and tells it. */
function change(engine: FakeEngine, one: Person, part: Partial<GroupView>, what: GroupNotice): void {
  const view = { ...groupOf(one), ...part };
  const role = view.members.find(({ person: member }) => member.me)?.role ?? null;
  const may = (admins: boolean) => role !== null && view.fork === null && (!admins || role !== 'member');
  one.group = {
    ...view,
    role,
    may_send: may(view.policy.admins_send),
    may_edit: may(view.policy.admins_edit),
    may_add: may(view.policy.admins_add),
  };
  one.row = { ...one.row, title: one.group.title, group: summary(one.group) };
  const id = crypto.randomUUID().replaceAll('-', '');
  engine.put(one, { ...noted(Date.now(), { kind: 'group', by: MYSELF, what }), id, order: engine.nextOrder(one) });
}

function people(engine: FakeEngine, chats: unknown): PersonView[] {
  return (chats as number[]).map((chat) => {
    const { row } = engine.person(chat);
    return { ...who(row.title, row.initials, row.hue, row.id), picture_rev: row.picture_rev };
  });
}

function memberOf(view: GroupView, account: unknown): PersonView {
  const found = view.members.find((member) => member.person.account === account);
  if (!found) throw refuse('not_found');
  return found.person;
}

export const GROUP_COMMANDS: Record<string, Command> = {
  group_create: (engine, { name, about, members }) => {
    const title = (name as string).trim();
    if (title === '' || [...title].length > 100) throw refuse('name_invalid');
    const id = 1 + Math.max(0, ...engine.world.people.map((one) => one.row.id));
    const added = people(engine, members);
    const view = groupView(id, title, {
      members: [MYSELF, ...added].map((member) => ({ person: member, role: member.me ? 'owner' : 'member' })),
      role: 'owner',
      about: about as string,
    });
    const { initials, hue } = view;
    const one = person({ id, title, initials, hue, order: Date.now(), group: summary(view) });
    one.group = view;
    engine.world.people.push(one);
    change(engine, one, {}, { kind: 'created', name: title });
    return id;
  },
  group_add: (engine, { chat, members }) => {
    const one = engine.person(chat);
    const added = people(engine, members);
    const all = [...groupOf(one).members, ...added.map((member) => ({ person: member, role: 'member' as const }))];
    change(engine, one, { members: all }, { kind: 'added', who: added });
  },
  group_remove: (engine, { chat, account }) => {
    const one = engine.person(chat);
    const gone = memberOf(groupOf(one), account);
    const members = groupOf(one).members.filter(({ person: member }) => member !== gone);
    change(engine, one, { members }, { kind: 'removed', who: gone });
  },
  group_leave: (engine, { chat }) => {
    const one = engine.person(chat);
    const members = groupOf(one).members.filter(({ person: member }) => !member.me);
    change(engine, one, { members }, { kind: 'left' });
  },
  group_role: (engine, { chat, account, role }) => {
    const one = engine.person(chat);
    const changed = memberOf(groupOf(one), account);
    const members = groupOf(one).members.map((member) => {
      if (member.person === changed) return { ...member, role: role as GroupRole };
      return role === 'owner' && member.role === 'owner' ? { ...member, role: 'admin' as const } : member;
    });
    change(engine, one, { members }, { kind: 'role', who: changed, role: role as GroupRole });
  },
  group_rename: (engine, { chat, name }) => {
    const title = (name as string).trim();
    if (title === '') throw refuse('not_allowed');
    change(engine, engine.person(chat), { title }, { kind: 'renamed', name: title });
  },
  group_describe: (engine, { chat, about }) =>
    change(engine, engine.person(chat), { about: about as string }, { kind: 'described', about: about as string }),
  group_picture: (engine, { chat, picture }) => {
    const one = engine.person(chat);
    one.row = { ...one.row, picture_rev: picture === null ? 0 : 1 };
    change(engine, one, { picture_rev: one.row.picture_rev }, { kind: 'pictured', there: picture !== null });
  },
  group_policy: (engine, { chat, policy }) =>
    change(
      engine,
      engine.person(chat),
      { policy: policy as GroupPolicy },
      { kind: 'policy', policy: policy as GroupPolicy },
    ),
  group_view: (engine, { chat }) => groupOf(engine.person(chat)),
  group_link_set: (engine, { chat, approval, fresh }) => {
    const one = engine.person(chat);
    const before = groupOf(one).link;
    const url = before && !fresh ? before.url : `sotto://join/${crypto.randomUUID().replaceAll('-', '')}`;
    const asked = approval as boolean;
    const what: GroupNotice = url === before?.url ? { kind: 'approval', asked } : { kind: 'link', there: true };
    change(engine, one, { link: { url, approval: asked } }, what);
  },
  group_link_remove: (engine, { chat }) =>
    change(engine, engine.person(chat), { link: null, requests: [] }, { kind: 'link', there: false }),
  group_join: (_, { link }) => {
    if (!/^sotto:\/\/join\/[\w-]+$/.test(link as string)) throw refuse('not_found');
    return null;
  },
  group_admit: (engine, { chat, account }) => {
    const one = engine.person(chat);
    const view = groupOf(one);
    const asks = view.requests.find((request) => request.account === account);
    if (!asks) throw refuse('not_found');
    const requests = view.requests.filter((request) => request !== asks);
    const members = [...view.members, { person: asks, role: 'member' as const }];
    change(engine, one, { members, requests }, { kind: 'added', who: [asks] });
  },
  group_decline: (engine, { chat, account }) => {
    const one = engine.person(chat);
    const view = groupOf(one);
    one.group = { ...view, requests: view.requests.filter((request) => request.account !== account) };
    one.row = { ...one.row, group: summary(one.group) };
    engine.putRow(one);
  },
  group_receipts: (engine, { id }) => {
    const one = engine.world.people.find(({ entries }) => entries.some((item) => item.id === id));
    const item = one?.entries.find((entry) => entry.id === id);
    const others = one?.group?.members.filter(({ person: member }) => !member.me) ?? [];
    const states = ['read', 'read', 'delivered', 'sent'] as const;
    return others.map((member, at) => ({
      person: member.person,
      state: states[Math.min(at, states.length - 1)],
      at: (item?.at ?? 0) + at * 60_000,
    }));
  },
};
