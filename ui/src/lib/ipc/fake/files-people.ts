// Somebody with whom files went to and fro: an album, pictures, a film, and files in every state.
import { attached } from './files';
import { type Person, moment, noted, person, said, wrote } from './world';

const at = (time: string) => moment(0, time);
const yesterday = (time: string) => moment(1, time);

/** Months of pictures, films, papers and links, as an old friendship has them. */
export function collected(): Person {
  const lines = Array.from({ length: 130 }, (_, at) => {
    const when = moment(260 - 2 * at, '17:30');
    const film =
      at % 11 === 4 ? [attached(0, `film ${at}.mp4`, 48_000_000, { state: 'absent', width: 1280, height: 720 })] : null;
    const photos = Array.from({ length: 1 + (at % 3) }, (__, place) =>
      attached(place, `IMG_${4000 + at}.jpg`, 640_000),
    );
    if (at % 7 === 3) return said(when, `Have a look: https://sotto.example/notes/${at}?page=2`);
    if (at % 7 === 5)
      return said(when, '', { attachments: [attached(0, `Score, part ${at}.pdf`, 240_000 * (at + 1))] });
    return at % 2
      ? wrote(when, '', 'read', { attachments: film ?? photos })
      : said(when, '', { attachments: film ?? photos });
  });
  return person(
    { id: 26, title: 'Vera Nunes', initials: 'VN', hue: 'lagoon' },
    { presence: { kind: 'online' }, lines },
  );
}

export function album(): Person {
  return person(
    { id: 25, title: 'Vera Nunes', initials: 'VN', hue: 'lagoon' },
    {
      presence: { kind: 'online' },
      lines: [
        noted(yesterday('20:00'), { kind: 'encrypted' }),
        said(yesterday('20:10'), '', {
          attachments: [attached(0, 'terrace.jpg', 612_000, { width: 900, height: 1200 })],
        }),
        wrote(yesterday('20:12'), 'Morning at the jetty', 'read', {
          attachments: [
            attached(0, 'jetty.jpg', 840_000),
            attached(1, 'hills.jpg', 522_000),
            attached(2, 'coffee.jpg', 417_000),
          ],
        }),
        said(at('08:10'), '', {
          attachments: [
            attached(0, 'Score, second movement.pdf', 2_400_000),
            attached(1, 'takes.zip', 91_000_000, { state: 'absent' }),
          ],
        }),
        said(at('08:12'), 'From the balcony', {
          attachments: [attached(0, 'balcony.mp4', 48_000_000, { state: 'absent', width: 1280, height: 720 })],
        }),
        wrote(at('08:14'), '', 'sending', {
          attachments: [attached(0, 'recording.flac', 64_000_000, { state: 'uploading' })],
        }),
        wrote(at('08:15'), '', 'failed', {
          failure: 'quota_full',
          attachments: [attached(0, 'everything.tar', 1_900_000_000)],
        }),
        said(at('08:16'), '', { attachments: [attached(0, 'old plan.pdf', 320_000, { state: 'gone' })] }),
      ],
    },
  );
}
