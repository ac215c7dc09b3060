// The system packages that Sotto needs, and how each package manager is asked and told.
//
// The apt lists are what CI installs and proves. Those for dnf, pacman and brew follow the same needs
// under those systems' names and are not run by CI.

import { ask, run } from './environment.mjs';

/** Needs: `window` builds the program, `headless` shows it without a screen, `test` checks it, `bundle` packs it. */
const apt = {
  window: words(`build-essential pkg-config libwebkit2gtk-4.1-dev libdbus-1-dev libayatana-appindicator3-dev
    librsvg2-dev libssl-dev fonts-noto-core fonts-noto-color-emoji cmake libclang-dev libasound2-dev libvpx-dev
    libpipewire-0.3-dev libgbm-dev libegl-dev libwayland-dev libxcb1-dev libxcb-randr0-dev libxrandr-dev`),
  headless: words('xvfb xauth'),
  test: words(`webkit2gtk-driver xvfb xauth dbus gnome-keyring fonts-droid-fallback fonts-wqy-microhei chromium
    pulseaudio pulseaudio-utils libasound2-plugins iproute2`),
  bundle: [],
  // Ubuntu has Chromium only as a snap; the few checks that need it say so and are left out.
  optional: ['chromium'],
};

const dnf = {
  window: words(`gcc gcc-c++ make pkgconf-pkg-config webkit2gtk4.1-devel dbus-devel libayatana-appindicator-gtk3-devel
    librsvg2-devel openssl-devel google-noto-sans-fonts google-noto-color-emoji-fonts cmake clang-devel alsa-lib-devel
    libvpx-devel pipewire-devel mesa-libgbm-devel mesa-libEGL-devel wayland-devel libxcb-devel libXrandr-devel`),
  headless: words('/usr/bin/xvfb-run xorg-x11-xauth'),
  test: words(`/usr/bin/WebKitWebDriver /usr/bin/xvfb-run xorg-x11-xauth /usr/bin/dbus-run-session gnome-keyring
    google-noto-sans-cjk-fonts chromium`),
  bundle: [],
  optional: ['chromium'],
};

const pacman = {
  window: words(`base-devel webkit2gtk-4.1 dbus libayatana-appindicator librsvg openssl noto-fonts noto-fonts-emoji
    cmake clang alsa-lib libvpx pipewire mesa wayland libxcb libxrandr`),
  headless: words('xorg-server-xvfb xorg-xauth'),
  test: words('webkitgtk-6.0 xorg-server-xvfb xorg-xauth gnome-keyring noto-fonts-cjk chromium'),
  bundle: [],
  optional: ['chromium'],
};

const brew = { window: words('pkgconf openssl@3 cmake libvpx'), headless: [], test: [], bundle: [], optional: [] };

function words(text) {
  return text.split(/\s+/).filter(Boolean);
}

/** Names that a query printed, one to a line. */
const lines = (text) => (text ?? '').split('\n').filter(Boolean);

export const managers = [
  {
    name: 'apt',
    lists: apt,
    present: 'apt-get',
    async missing(names) {
      const query = ['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\\n', ...names];
      const { output } = await run(query, { quiet: true });
      const installed = lines(output).filter((line) => line.endsWith(' installed'));
      return names.filter((name) => !installed.includes(`${name} installed`));
    },
    refresh: ['apt-get', 'update', '-qq'],
    async offered(name) {
      const policy = await ask('apt-cache', 'policy', name);
      return Boolean(policy) && !/Candidate: \(none\)/.test(policy);
    },
    install: ['apt-get', 'install', '-y', '-qq', '--no-install-recommends'],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    root: true,
  },
  {
    name: 'dnf',
    lists: dnf,
    present: 'dnf',
    async missing(names) {
      const answers = await Promise.all(names.map((name) => ask('rpm', '-q', '--whatprovides', name)));
      return names.filter((_, index) => answers[index] === undefined);
    },
    async offered(name) {
      return Boolean(await ask('dnf', 'repoquery', '--quiet', name));
    },
    install: ['dnf', 'install', '-y', '--setopt=install_weak_deps=False'],
    root: true,
  },
  {
    name: 'pacman',
    lists: pacman,
    present: 'pacman',
    async missing(names) {
      const { output } = await run(['pacman', '-T', ...names], { quiet: true });
      return names.filter((name) => lines(output).includes(name));
    },
    async offered(name) {
      return Boolean(await ask('pacman', '-Si', name));
    },
    install: ['pacman', '-S', '--needed', '--noconfirm'],
    root: true,
  },
  {
    name: 'brew',
    lists: brew,
    present: 'brew',
    async missing(names) {
      const installed = lines(await ask('brew', 'list', '--formula', '-1'));
      return names.filter((name) => !installed.includes(name));
    },
    async offered() {
      return true;
    },
    install: ['brew', 'install'],
    root: false,
  },
];

/** The packages of several needs, each once. */
export function packagesFor(manager, needs) {
  return [...new Set(needs.flatMap((need) => manager.lists[need] ?? []))];
}
