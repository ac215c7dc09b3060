// Signing up: where the server is, the number, its code, a name.
export { default as ChooseProfile } from './ChooseProfile.svelte';
export { default as Onboarding } from './Onboarding.svelte';
export { default as SignedOut } from './SignedOut.svelte';
