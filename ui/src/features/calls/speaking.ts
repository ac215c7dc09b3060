// When somebody counts as speaking.
/** Louder than this is speech. */
export const SPEAKING = 0.06;
