// The skin tone one has chosen last; 0 is the yellow of the drawing. Kept as long as the window is open.
class Tone {
  chosen = $state(0);
}

export const tone = new Tone();
