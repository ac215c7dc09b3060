// The pages of the settings: their names and icons.
import type { IconName } from '../../components/icons';
import { m } from '../../i18n';
import type { SettingsPage } from '../../stores/place.svelte';

export const ICONS_OF_PAGES: Record<SettingsPage, IconName> = {
  profile: 'user',
  appearance: 'theme',
  notifications: 'bell',
  calls: 'phone',
  privacy: 'shield',
  storage: 'disks',
  about: 'info',
};

const titles: Record<SettingsPage, () => string> = {
  profile: () => m.settings_profile(),
  appearance: () => m.settings_appearance(),
  notifications: () => m.settings_notifications(),
  calls: () => m.calls(),
  privacy: () => m.settings_privacy(),
  storage: () => m.settings_storage(),
  about: () => m.settings_about(),
};

export const titleOf = (page: SettingsPage): string => titles[page]();
