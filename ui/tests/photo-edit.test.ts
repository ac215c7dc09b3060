// The geometry of cropping, turning and drawing on photos.
import { describe, expect, it } from 'vitest';
import { ratioOf } from '../src/features/editor/pens';
import { UNTOUCHED_PHOTO, dragged, isUntouched, shaped, turned } from '../src/lib/photo-edit';

const half = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };
const near = (box: object, wanted: Record<string, number>) => {
  for (const [side, value] of Object.entries(wanted)) expect(box).toHaveProperty(side, expect.closeTo(value, 6));
};

describe('turning', () => {
  it('takes the crop and what was drawn along, and comes back after four quarters', () => {
    const stroke = { colour: '#fff', width: 0.01, points: [{ x: 0.1, y: 0.2 }] };
    const edit = { turns: 0 as const, crop: { x: 0, y: 0, width: 0.5, height: 0.25 }, strokes: [stroke] };
    const once = turned(edit);
    expect(once.turns).toBe(1);
    near(once.crop, { x: 0.75, y: 0, width: 0.25, height: 0.5 });
    near(once.strokes[0]?.points[0] ?? {}, { x: 0.8, y: 0.1 });
    const round = turned(turned(turned(once)));
    expect(round.turns).toBe(0);
    near(round.crop, edit.crop);
    near(round.strokes[0]?.points[0] ?? {}, { x: 0.1, y: 0.2 });
    expect(isUntouched(UNTOUCHED_PHOTO)).toBe(true);
    expect(isUntouched(turned(UNTOUCHED_PHOTO))).toBe(false);
  });
});

describe('cropping', () => {
  it('moves edges and corners freely, never out of the picture nor to nothing', () => {
    near(dragged(half, 'e', { x: 0.1, y: 0.9 }, null, 1.5), { x: 0.25, y: 0.25, width: 0.6, height: 0.5 });
    near(dragged(half, 'nw', { x: -1, y: -1 }, null, 1.5), { x: 0, y: 0, width: 0.75, height: 0.75 });
    near(dragged(half, 'w', { x: 2, y: 0 }, null, 1.5), { x: 0.7, width: 0.05 });
    near(dragged(half, 'move', { x: 1, y: -1 }, null, 1.5), { x: 0.5, y: 0, width: 0.5, height: 0.5 });
  });

  it('keeps a shape, with the corner across where it is', () => {
    const aspect = 2;
    const square = shaped(half, 1, aspect);
    near(square, { x: 0.25, y: 0, width: 0.5, height: 1 });
    const less = dragged(square, 'se', { x: -0.25, y: 0 }, 1, aspect);
    near(less, { x: 0.25, y: 0, width: 0.25, height: 0.5 });
    const more = dragged(less, 'se', { x: 5, y: 5 }, 1, aspect);
    near(more, { x: 0.25, y: 0, width: 0.5, height: 1 });
    near(dragged(less, 's', { x: 0, y: 0.25 }, 1, aspect), { width: 0.375, height: 0.75 });
  });

  it('stands its shapes up with the picture', () => {
    expect(ratioOf('wide', 1.5)).toBeCloseTo(16 / 9);
    expect(ratioOf('wide', 0.7)).toBeCloseTo(9 / 16);
    expect(ratioOf('same', 0.7)).toBe(0.7);
    expect(ratioOf('free', 1)).toBeNull();
  });
});
