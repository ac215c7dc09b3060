// How entries of a conversation become rows.
import { describe, expect, it } from 'vitest';
import { newestKeyChange, rowsOf } from '../src/features/thread/rows';
import { conversation, moment, noted, said, wrote } from '../src/lib/ipc/fake/world';

const shape = (entries: ReturnType<typeof conversation>, firstUnread: number | null = null, unread = 0) =>
  rowsOf(entries, firstUnread, unread)
    .map((row) => `${row.first ? '[' : ''}${row.item.order}${row.last ? ']' : ''}`)
    .join(' ');

describe('joined bubbles', () => {
  it('joins what one person writes within five minutes', () => {
    expect(
      shape(
        conversation([said(moment(0, '10:00'), 'a'), said(moment(0, '10:04'), 'b'), said(moment(0, '10:09'), 'c')]),
      ),
    ).toBe('[16 32] [48]');
  });

  it('parts at a change of speaker and at a notice', () => {
    const at = moment(0, '10:00');
    expect(shape(conversation([said(at, 'a'), wrote(at, 'b'), noted(at, { kind: 'encrypted' }), wrote(at, 'c')]))).toBe(
      '[16] [32] [48] [64]',
    );
  });

  it('parts at midnight, however close', () => {
    expect(shape(conversation([said(moment(1, '23:59'), 'a'), said(moment(0, '00:01'), 'b')]))).toBe('[16] [32]');
  });

  it('parts at the mark of new messages', () => {
    const entries = conversation([said(moment(0, '10:00'), 'a'), said(moment(0, '10:01'), 'b')]);
    expect(shape(entries, 32, 1)).toBe('[16] [32]');
  });
});

describe('marks', () => {
  it('puts one day mark on the first row of each day', () => {
    const entries = conversation([
      said(moment(2, '10:00'), 'a'),
      said(moment(2, '11:00'), 'b'),
      said(moment(0, '09:00'), 'c'),
    ]);
    expect(rowsOf(entries, null, 0).map((row) => row.day !== null)).toEqual([true, false, true]);
  });

  it('puts the mark of new messages on the first unread one of the other person', () => {
    const at = moment(0, '10:00');
    const entries = conversation([said(at, 'old'), wrote(at, 'mine'), said(at, 'new'), said(at, 'newer')]);
    expect(rowsOf(entries, 32, 2).map((row) => row.fresh)).toEqual([null, null, 2, null]);
  });

  it('finds the newest change of a key', () => {
    const at = moment(0, '10:00');
    const entries = conversation([
      noted(at, { kind: 'key_changed' }),
      said(at, 'a'),
      noted(at, { kind: 'key_violated' }),
      said(at, 'b'),
    ]);
    expect(newestKeyChange(entries)).toBe(entries[2]?.id);
    expect(newestKeyChange([])).toBeUndefined();
  });
});
