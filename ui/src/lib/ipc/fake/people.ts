// The people of the drawings, with what they last wrote.
import type { CallOutcome } from '../bindings/CallOutcome';
import { placeAt } from './parts';
import { type Person, moment, noted, person, rang, said, tookBack, withLines, wrote } from './world';

const at = (time: string) => moment(0, time);
const yesterday = (time: string) => moment(1, time);

export function noor(): Person {
  return person(
    { id: 1, title: 'Noor Haddad', initials: 'NH', hue: 'rose' },
    {
      face: ['#e8c7bd', '#a86f58', '#3b2430'],
      presence: { kind: 'online' },
      writing: true,
      about: 'Second violin, first to arrive.',
      number: '+961 3 123 456',
      lines: [
        noted(yesterday('18:02'), { kind: 'encrypted' }),
        said(yesterday('18:04'), 'They posted the programme for Friday'),
        said(yesterday('18:05'), 'Schubert first, then the Ravel. *No interval.*'),
        wrote(yesterday('18:31'), 'Then I am bringing a cushion'),
        wrote(at('08:14'), 'From the jetty this morning. You were asleep'),
        said(at('20:31'), 'I was _resting_, there’s a difference. That light though.', {
          quote: {
            mine: true,
            name: '',
            text: 'From the jetty this morning. You were asleep',
            order: 80,
            deleted: false,
            story: false,
          },
        }),
        said(at('20:31'), 'Did you get the tickets? Row F is fine by me', {
          reactions: [{ emoji: '❤️', count: 1, mine: true, names: [] }],
        }),
        wrote(at('20:34'), 'Two on the aisle. It’s the late one, so supper first?', 'read', { edited: true }),
        wrote(at('20:35'), 'kleinersaal.example/late is 404, so here: https://kleinersaal.example/late'),
        said(at('20:40'), 'Perfect. I will run `metronome --slow` until then'),
      ],
    },
  );
}

/** A poll, a card, a place, and messages that leave later. */
export function parts(): Person {
  const card = {
    name: 'Maren Osei',
    initials: 'MO',
    hue: 'iris',
    number: '+351912000000',
    number_display: '+351 912 000 000',
    me: false,
  };
  return person(
    { id: 1, title: 'Noor Haddad', initials: 'NH', hue: 'rose' },
    {
      face: ['#e8c7bd', '#a86f58', '#3b2430'],
      presence: { kind: 'online' },
      lines: [
        noted(yesterday('18:02'), { kind: 'encrypted' }),
        said(at('19:58'), '', { card }),
        wrote(at('20:01'), 'By the stage door', 'read', { place: placeAt(38.710302, -9.139337) }),
        said(at('20:10'), 'Where do we eat before the late one?', {
          poll: {
            answers: [
              { text: 'Cervejaria by the station', votes: 1, mine: true },
              { text: 'Soup at home', votes: 1, mine: false },
              { text: 'Nothing, straight to row F', votes: 0, mine: false },
            ],
            several: false,
            closed: false,
            voters: 2,
          },
        }),
        noted(at('20:12'), { kind: 'sent_late', minutes: 42 }),
        wrote(at('20:14'), 'Which evenings next week?', 'delivered', {
          editable_until: null,
          poll: {
            answers: [
              { text: 'Tuesday', votes: 2, mine: true },
              { text: 'Wednesday', votes: 1, mine: true },
              { text: 'Friday', votes: 0, mine: false },
            ],
            several: true,
            closed: false,
            voters: 2,
          },
        }),
      ],
      waiting: [
        { id: 'b'.repeat(32), text: 'Did you find the score?', at: moment(2, '08:00'), state: 'missed' },
        {
          id: 'a'.repeat(32),
          text: 'Happy birthday! The cake is in the green room.',
          at: moment(-1, '09:00'),
          state: 'waiting',
        },
      ],
    },
  );
}

/** The same person, after some calls. */
export function called(one: Person): Person {
  const line = (time: string, mine: boolean, outcome: CallOutcome, seconds = 0) =>
    rang(at(time), mine, { video: false, outcome, seconds });
  const lines = [line('20:41', true, 'missed'), line('20:42', false, 'answered', 767), line('20:58', false, 'missed')];
  return withLines({ ...one, writing: false }, lines);
}

export function maren(): Person {
  return person(
    {
      id: 4,
      title: 'Maren Osei',
      initials: 'MO',
      hue: 'iris',
      draft: 'I was thinking that if the 7.10 is off, I can drive',
    },
    {
      presence: { kind: 'online' },
      lines: [said(at('19:10'), 'The 7.10 is cancelled again'), said(at('19:12'), 'They say there is a bus')],
    },
  );
}

export function marenViolated(): Person {
  return person(
    { id: 4, title: 'Maren Osei', initials: 'MO', hue: 'iris', trust: 'violated' },
    {
      presence: { kind: 'online' },
      lines: [
        wrote(moment(2, '16:20'), 'https://kleinersaal.example/late'),
        said(yesterday('18:50'), 'The 7.10 is cancelled again, they say there is a bus'),
        said(yesterday('18:51'), 'I would rather walk'),
        wrote(yesterday('19:02'), 'Then walk slowly, we start at eight anyway'),
        said(at('19:12'), 'Good evening! New phone, who would have thought'),
        noted(at('19:13'), { kind: 'key_violated' }),
        wrote(at('19:14'), 'I was thinking that if the 7.10 is off, I can drive', 'held'),
      ],
    },
  );
}

export function others(): Person[] {
  return [
    person(
      { id: 2, title: 'Ilse Vermeer', initials: 'IV', hue: 'lagoon', unread: 4 },
      {
        presence: { kind: 'last_seen', at: at('20:38') },
        lines: [
          said(at('20:20'), 'The boiler is on, so there is hot water from four'),
          said(at('20:31'), 'Bedding is in the tall cupboard'),
          said(at('20:33'), 'Leave room in the car for the cello'),
          said(at('20:36'), 'Whoever has the boat key, please leave it on the *blue* hook'),
        ],
      },
    ),
    person(
      { id: 3, title: 'Tomasz Wilk', initials: 'TW', hue: 'brass', trust: 'verified' },
      { presence: { kind: 'last_seen', at: at('19:58') }, lines: [wrote(at('19:58'), 'Bring your own stand')] },
    ),
    person(
      { id: 5, title: 'Papá', initials: 'P', hue: 'moss', unread: 1 },
      {
        face: ['#b9cdbb', '#d9a887', '#54413a'],
        lines: [said(at('18:40'), '¿Llamamos luego? Tengo noticias del jardín')],
      },
    ),
    person(
      { id: 6, title: '+49 151 23456789', initials: '#', hue: 'slate', unread: 1, request: true, trust: 'first_seen' },
      {
        number: '+49 151 23456789',
        lines: [said(at('17:05'), 'Hello, Anouk gave me your number. Second movement again, softer?')],
      },
    ),
    person(
      { id: 7, title: 'Edda Brandt', initials: 'EB', hue: 'clay' },
      {
        presence: { kind: 'last_seen', at: at('15:31') },
        lines: [wrote(at('15:31'), 'Four bars earlier, if you can', 'delivered')],
      },
    ),
    person(
      { id: 8, title: 'Júlia Vas', initials: 'JV', hue: 'olive' },
      { lines: [wrote(yesterday('21:12'), 'See you at the little door on the left')] },
    ),
    person(
      { id: 9, title: 'Aiko Kimura', initials: 'AK', hue: 'rose' },
      { lines: [said(moment(3, '11:00'), '🌒 ❤️')] },
    ),
    person(
      { id: 10, title: 'Dr. Priya Raman', initials: 'PR', hue: 'lagoon' },
      { lines: [wrote(moment(4, '09:30'), 'Thank you, that is a great relief.', 'sent')] },
    ),
    person(
      { id: 11, title: 'Sami Aalto', initials: 'SA', hue: 'moss' },
      { lines: [said(moment(12, '10:00'), 'Until the spring, then')] },
    ),
  ];
}

export function states(): Person {
  return person(
    { id: 20, title: 'Leo Lindqvist', initials: 'LL', hue: 'olive' },
    {
      presence: { kind: 'last_seen', at: yesterday('22:10') },
      lines: [
        noted(yesterday('20:00'), { kind: 'encrypted' }),
        noted(yesterday('20:01'), { kind: 'verified' }),
        said(yesterday('20:31'), 'One\n\nparagraph, and *another* with ~nothing~ `code` and _emphasis_'),
        noted(yesterday('20:32'), { kind: 'gap', count: 2 }),
        noted(yesterday('20:33'), { kind: 'lost', count: 1 }),
        said(
          at('07:00'),
          'averyveryverylongwordthatneverendsandhastobebrokensomewhereoritwouldrunoutofthebubbleandacrossthewholewindow',
        ),
        noted(at('07:10'), { kind: 'key_changed' }),
        said(at('08:00'), 'مساء الخير، هل وصلت النوتة؟'),
        wrote(at('08:02'), 'On my way', 'read'),
        wrote(
          at('08:03'),
          'On my way, with a longer line that has to break over two rows of the bubble to show the time',
          'delivered',
        ),
        wrote(at('08:12'), 'On my way', 'sent'),
        wrote(at('08:22'), 'On my way', 'sending'),
        wrote(at('08:32'), 'On my way', 'failed'),
      ],
    },
  );
}

/** Everything that can become of a message. */
export function actions(): Person {
  const quoted = {
    mine: false,
    name: 'Edda Brandt',
    text: 'Four bars earlier, if you can',
    order: 32,
    deleted: false,
    story: false,
  };
  const one = person(
    { id: 21, title: 'Edda Brandt', initials: 'EB', hue: 'clay', timer: 7 * 24 * 3600 },
    {
      presence: { kind: 'online' },
      lines: [
        noted(yesterday('20:00'), { kind: 'encrypted' }),
        said(yesterday('20:10'), 'Four bars earlier, if you can', { pinned: true, starred: true }),
        wrote(yesterday('20:12'), 'Five, even', 'read', { quote: quoted, editable_until: yesterday('23:59') }),
        noted(yesterday('20:20'), { kind: 'timer', seconds: 7 * 24 * 3600, mine: false }),
        said(at('08:10'), 'Run `sotto backup` first, then ~wait~ go', { forwarded: true }),
        tookBack(at('08:11'), false),
        said(at('08:12'), 'The one you took back, about the key', {
          quote: { mine: true, name: '', text: '', order: 96, deleted: true, story: false },
        }),
        said(at('08:13'), 'And the one that is not here any more', {
          quote: {
            mine: false,
            name: 'Edda Brandt',
            text: 'The old hall is closed on',
            order: null,
            deleted: false,
            story: false,
          },
        }),
        tookBack(at('08:14'), true),
        wrote(at('08:20'), 'Supper at eight, then', 'read', {
          edited: true,
          starred: true,
          expires_after: 7 * 24 * 3600,
          expires_at: at('08:20') + 7 * 24 * 3600 * 1000,
          reactions: [
            { emoji: '👍', count: 1, mine: false, names: ['Edda Brandt'] },
            { emoji: '❤️', count: 2, mine: true, names: ['Edda Brandt'] },
          ],
        }),
        said(at('08:21'), 'Bring the good lamp', { expires_after: 7 * 24 * 3600, pinned: true }),
      ],
    },
  );
  const { last } = one.row;
  if (last) {
    one.row.last = {
      ...last,
      mine: true,
      preview: 'Supper at eight, then',
      reaction: { emoji: '👍', name: 'Edda Brandt' },
    };
  }
  return one;
}

export function longThread(count: number): Person {
  const words = 'softer slower again from the second bar please and hold the last note until the lamp is out'.split(
    ' ',
  );
  const lines = Array.from({ length: count }, (_, index) => {
    const length = 3 + ((index * 7919) % 29);
    const text = `${index}: ${Array.from({ length }, (_, word) => words[(index + word) % words.length]).join(' ')}`;
    const when = Date.now() - (count - index) * 11 * 60 * 1000;
    return index % 3 === 0 ? wrote(when, text) : said(when, text);
  });
  return person({ id: 30, title: 'Tomasz Wilk', initials: 'TW', hue: 'brass' }, { lines });
}

export function arabic(): Person[] {
  return [
    person(
      { id: 1, title: 'نور حدّاد', initials: 'ن', hue: 'rose' },
      {
        face: ['#e8c7bd', '#a86f58', '#3b2430'],
        presence: { kind: 'online' },
        writing: true,
        lines: [
          noted(yesterday('18:02'), { kind: 'encrypted' }),
          said(yesterday('18:04'), 'نشروا برنامج يوم الجمعة'),
          wrote(at('08:14'), 'من الرصيف هذا الصباح. كنتِ نائمة'),
          said(at('20:31'), 'كنت _أستريح_، هناك فرق. لكن يا لذاك الضوء'),
          said(at('20:31'), 'هل حصلت على التذاكر؟ الصف F يناسبني'),
          wrote(at('20:34'), 'Two on the aisle. It’s the late one, so supper first?'),
          wrote(at('20:35'), 'https://kleinersaal.example/late', 'delivered'),
          said(at('20:40'), 'ممتاز. العشاء في الثامنة إذن'),
        ],
      },
    ),
    person(
      { id: 2, title: 'سامي الخوري', initials: 'س', hue: 'lagoon', unread: 3 },
      {
        lines: [
          said(at('19:00'), 'أين المفتاح؟'),
          said(at('19:01'), 'مفتاح القارب'),
          said(at('19:02'), 'على الخطّاف الأزرق'),
        ],
      },
    ),
    person(
      { id: 3, title: 'Tomasz Wilk', initials: 'TW', hue: 'brass' },
      { lines: [wrote(at('15:31'), 'Bring your own stand')] },
    ),
    person(
      { id: 4, title: '+961 3 123 456', initials: '#', hue: 'slate' },
      { lines: [said(yesterday('10:00'), 'مرحبا')] },
    ),
  ];
}
