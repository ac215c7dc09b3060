// Before the database is open: choosing and entering a passphrase, and what to do when that cannot help.
export { default as KeyMissing } from './KeyMissing.svelte';
export { default as ProfileInUse } from './ProfileInUse.svelte';
export { default as SetPassphrase } from './SetPassphrase.svelte';
export { default as Unlock } from './Unlock.svelte';
