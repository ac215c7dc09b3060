// The start of the window: its engine, its styles, its root.
import './styles/base.css';
import './styles/wallpapers.css';
import './styles/grounds.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { chooseShell } from './lib/ipc/choose';
import { app } from './stores/app.svelte';

await chooseShell();
await app.start();

const target = document.getElementById('app');
if (target) mount(App, { target });

// What moves stops while nobody can see it.
document.addEventListener('visibilitychange', () => {
  document.documentElement.toggleAttribute('data-hidden', document.hidden);
});
