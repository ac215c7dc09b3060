// What is looked for in the conversation, for whatever draws its texts.
import { getContext, setContext } from 'svelte';

const KEY = Symbol('sought');

export const provideSought = (sought: () => string): unknown => setContext(KEY, sought);

/** What to mark here; empty where nothing is looked for. */
export const soughtHere = (): (() => string) => getContext<(() => string) | undefined>(KEY) ?? (() => '');
