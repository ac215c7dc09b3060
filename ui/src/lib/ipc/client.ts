// Every command of the engine, typed. Nothing above this file knows the commands' names.
import type { AppState } from './bindings/AppState';
import type { CallDevice } from './bindings/CallDevice';
import type { CallDeviceKind } from './bindings/CallDeviceKind';
import type { CallEntryView } from './bindings/CallEntryView';
import type { CallPicture } from './bindings/CallPicture';
import type { ChatRow } from './bindings/ChatRow';
import type { Code } from './bindings/Code';
import type { CodeRequested } from './bindings/CodeRequested';
import type { ContactView } from './bindings/ContactView';
import type { Country } from './bindings/Country';
import type { Error as Refusal } from './bindings/Error';
import type { GalleryDrawer } from './bindings/GalleryDrawer';
import type { GalleryPage } from './bindings/GalleryPage';
import type { GroupPolicy } from './bindings/GroupPolicy';
import type { GroupReceipt } from './bindings/GroupReceipt';
import type { GroupRole } from './bindings/GroupRole';
import type { GroupView } from './bindings/GroupView';
import type { Folder } from './bindings/Folder';
import type { LinkPreviewView } from './bindings/LinkPreviewView';
import type { Me } from './bindings/Me';
import type { MentionRange } from './bindings/MentionRange';
import type { MessageItem } from './bindings/MessageItem';
import type { MuteFor } from './bindings/MuteFor';
import type { NumberCheck } from './bindings/NumberCheck';
import type { PlaceView } from './bindings/PlaceView';
import type { PollVotes } from './bindings/PollVotes';
import type { RelayInfo } from './bindings/RelayInfo';
import type { ReportReasonView } from './bindings/ReportReasonView';
import type { SafetyNumber } from './bindings/SafetyNumber';
import type { ScheduledView } from './bindings/ScheduledView';
import type { SearchFilter } from './bindings/SearchFilter';
import type { SearchPage } from './bindings/SearchPage';
import type { SearchPlaces } from './bindings/SearchPlaces';
import type { SendFile } from './bindings/SendFile';
import type { Settings } from './bindings/Settings';
import type { FileKind } from './bindings/FileKind';
import type { StagedFile } from './bindings/StagedFile';
import type { StarredView } from './bindings/StarredView';
import type { StorageItems } from './bindings/StorageItems';
import type { StorageView } from './bindings/StorageView';
import type { StoredFile } from './bindings/StoredFile';
import type { StoryAudience } from './bindings/StoryAudience';
import type { StoryPerson } from './bindings/StoryPerson';
import type { ThreadPage } from './bindings/ThreadPage';
import type { VoiceSpeed } from './bindings/VoiceSpeed';
import type { Wallpaper } from './bindings/Wallpaper';
import type { WordingView } from './bindings/WordingView';
import { shell } from './shell';

export type { Refusal };

export const appState = () => shell().invoke<AppState>('app_state');
export const countries = () => shell().invoke<Country[]>('countries');
export const numberCheck = (region: string, input: string) =>
  shell().invoke<NumberCheck>('number_check', { region, input });

export const unlock = (passphrase: string) => shell().invoke<void>('unlock', { passphrase });
export const passphraseSet = (passphrase: string) => shell().invoke<void>('passphrase_set', { passphrase });

export const relayUseLocal = () => shell().invoke<RelayInfo>('relay_use_local');
export const relayUse = (address: string) => shell().invoke<RelayInfo>('relay_use', { address });
export const reconnect = () => shell().invoke<void>('reconnect');

export const codeRequest = (number: string, invitation: string | null = null) =>
  shell().invoke<CodeRequested>('code_request', { number, invitation });
export const codeSubmit = (code: string) => shell().invoke<void>('code_submit', { code });
export const numberChange = () => shell().invoke<void>('number_change');

export const profileSet = (name: string, about: string) => shell().invoke<Me>('profile_set', { name, about });
export const pictureSet = (bytes: Uint8Array) => shell().invoke<Me>('picture_set', bytes);
export const pictureRemove = () => shell().invoke<Me>('picture_remove');
/** A JPEG: whole, or small as a list shows it. */
export const pictureLoad = (chat: number | null, small: boolean) =>
  shell().invoke<ArrayBuffer>('picture_load', { chat, small });

export const autostart = () => shell().invoke<boolean>('autostart');
export const autostartSet = (on: boolean) => shell().invoke<void>('autostart_set', { on });
export const settingsSet = (settings: Settings) => shell().invoke<void>('settings_set', { settings });

/** One chat, for a window that shows no list. */
export const chatRow = (chat: number) => shell().invoke<ChatRow>('chat_row', { chat });
export const chatStart = (number: string) => shell().invoke<number>('chat_start', { number });
export const chatRead = (chat: number, upTo: number) => shell().invoke<void>('chat_read', { chat, upTo });
export const chatFocus = (chat: number | null) => shell().invoke<void>('chat_focus', { chat });
export const draftSet = (chat: number, text: string) => shell().invoke<void>('draft_set', { chat, text });
export const typingSet = (chat: number) => shell().invoke<void>('typing_set', { chat });
export const requestAccept = (chat: number) => shell().invoke<void>('request_accept', { chat });

export const chatPin = (chat: number, pinned: boolean) => shell().invoke<void>('chat_pin', { chat, pinned });
export const chatArchive = (chat: number, archived: boolean) =>
  shell().invoke<void>('chat_archive', { chat, archived });
export const chatMute = (chat: number, duration: MuteFor | null) =>
  shell().invoke<void>('chat_mute', { chat, duration });
export const chatMark = (chat: number, unread: boolean) => shell().invoke<void>('chat_mark', { chat, unread });
export const chatBlock = (chat: number, blocked: boolean) => shell().invoke<void>('chat_block', { chat, blocked });
export const chatClear = (chat: number) => shell().invoke<void>('chat_clear', { chat });
export const chatDelete = (chat: number) => shell().invoke<void>('chat_delete', { chat });
export const chatNotify = (chat: number, quiet: boolean, discreet: boolean) =>
  shell().invoke<void>('chat_notify', { chat, quiet, discreet });
export const chatWallpaper = (chat: number, wallpaper: Wallpaper | null) =>
  shell().invoke<void>('chat_wallpaper', { chat, wallpaper });
export const folders = () => shell().invoke<Folder[]>('folders');
export const foldersSet = (folders: readonly Folder[]) => shell().invoke<void>('folders_set', { folders });
/** Leaves this computer in the clear, for the relay's operator. */
export const personReport = (chat: number, reason: ReportReasonView, words: string, orders: number[]) =>
  shell().invoke<void>('person_report', { chat, reason, words, orders });
export const notesOpen = () => shell().invoke<number>('notes_open');

export const search = (text: string, filter: SearchFilter, before: number | null, limit: number) =>
  shell().invoke<SearchPage>('search', { text, filter, before, limit });
export const searchChat = (chat: number, text: string) => shell().invoke<SearchPlaces>('search_chat', { chat, text });

export const threadPage = (chat: number, before: number | null, after: number | null, limit: number) =>
  shell().invoke<ThreadPage>('thread_page', { chat, before, after, limit });
export const messageSend = (chat: number, id: string, text: string, mentions: readonly MentionRange[] = []) =>
  shell().invoke<void>('message_send', { chat, id, text, mentions });
/** Names a chosen file whose bytes follow. */
export const attachmentBegin = (name: string, size: number) =>
  shell().invoke<number>('attachment_begin', { name, size });
/** Bytes of a chosen file, behind eight that name it. */
export const attachmentPush = (piece: Uint8Array) => shell().invoke<void>('attachment_push', piece);
export const attachmentFinish = (id: number) => shell().invoke<StagedFile>('attachment_finish', { id });
export const attachmentPreview = (id: number) => shell().invoke<ArrayBuffer>('attachment_preview', { id });
export const attachmentDrop = (id: number) => shell().invoke<void>('attachment_drop', { id });
export const attachmentsSend = (
  chat: number,
  id: string,
  text: string,
  mentions: readonly MentionRange[],
  files: SendFile[],
  answered: number | null,
) => shell().invoke<void>('attachments_send', { chat, id, text, mentions, files, answered });
/** The page behind the first address in what is being written; it goes with the message, unless it is closed. */
export const linkPreview = (chat: number, text: string) =>
  shell().invoke<LinkPreviewView | null>('link_preview', { chat, text });
export const linkPreviewClose = (chat: number) => shell().invoke<void>('link_preview_close', { chat });
/** Sends chosen photos that may be looked at once. */
export const onceSend = (chat: number, id: string, files: SendFile[], answered: number | null) =>
  shell().invoke<void>('once_send', { chat, id, files, answered });
/** Photos to be shown now or never, each behind its length in four bytes. */
export const onceOpen = (chat: number, order: number) => shell().invoke<ArrayBuffer>('once_open', { chat, order });
export const attachmentLoad = (order: number, place: number) =>
  shell().invoke<ArrayBuffer>('attachment_load', { order, place });
export const attachmentFetch = (order: number, place: number) =>
  shell().invoke<void>('attachment_fetch', { order, place });
export const attachmentCancel = (order: number, place: number) =>
  shell().invoke<void>('attachment_cancel', { order, place });
export const attachmentSave = (order: number, place: number) =>
  shell().invoke<string>('attachment_save', { order, place });

export const gallery = (chat: number, drawer: GalleryDrawer, before: number | null, limit: number) =>
  shell().invoke<GalleryPage>('gallery', { chat, drawer, before, limit });

export const storage = () => shell().invoke<StorageView>('storage');
export const storageItems = (chat: number | null, kind: FileKind | null, limit: number) =>
  shell().invoke<StorageItems>('storage_items', { chat, kind, limit });
export const storageDelete = (files: readonly StoredFile[]) => shell().invoke<void>('storage_delete', { files });
export const storageClear = (chat: number, kind: FileKind | null) =>
  shell().invoke<void>('storage_clear', { chat, kind });
export const storageTidy = () => shell().invoke<void>('storage_tidy');

export const messageRetry = (chat: number, id: string) => shell().invoke<void>('message_retry', { chat, id });
export const messageDiscard = (chat: number, id: string) => shell().invoke<void>('message_discard', { chat, id });

export const pollSend = (chat: number, id: string, question: string, answers: readonly string[], several: boolean) =>
  shell().invoke<void>('poll_send', { chat, id, question, answers, several });
export const pollVote = (chat: number, order: number, choice: readonly number[]) =>
  shell().invoke<void>('poll_vote', { chat, order, choice });
export const pollClose = (chat: number, order: number) => shell().invoke<void>('poll_close', { chat, order });
export const pollVotes = (chat: number, order: number) => shell().invoke<PollVotes[]>('poll_votes', { chat, order });
export const cardSend = (chat: number, id: string, of: number | null) =>
  shell().invoke<void>('card_send', { chat, id, of });
export const cardOpen = (chat: number, order: number) => shell().invoke<number>('card_open', { chat, order });
export const placeCheck = (input: string) => shell().invoke<PlaceView | null>('place_check', { input });
export const placeSend = (chat: number, id: string, place: string, text: string) =>
  shell().invoke<void>('place_send', { chat, id, place, text });

export const messageSchedule = (
  chat: number,
  id: string,
  text: string,
  at: number,
  order: number | null,
  mentions: readonly MentionRange[] = [],
) => shell().invoke<void>('message_schedule', { chat, id, text, at, order, mentions });
export const scheduled = (chat: number) => shell().invoke<ScheduledView[]>('scheduled', { chat });
export const scheduledMove = (id: string, at: number) => shell().invoke<void>('scheduled_move', { id, at });
export const scheduledCancel = (id: string) => shell().invoke<void>('scheduled_cancel', { id });
export const scheduledSend = (id: string) => shell().invoke<void>('scheduled_send', { id });

export const messageReply = (
  chat: number,
  id: string,
  text: string,
  order: number,
  mentions: readonly MentionRange[] = [],
) => shell().invoke<void>('message_reply', { chat, id, text, order, mentions });
export const messageReact = (chat: number, order: number, emoji: string | null) =>
  shell().invoke<void>('message_react', { chat, order, emoji });
export const messageEdit = (chat: number, order: number, text: string, mentions: readonly MentionRange[] = []) =>
  shell().invoke<void>('message_edit', { chat, order, text, mentions });
export const messageHistory = (chat: number, order: number) =>
  shell().invoke<WordingView[]>('message_history', { chat, order });
export const messageDelete = (chat: number, orders: readonly number[], everyone: boolean) =>
  shell().invoke<void>('message_delete', { chat, orders, everyone });
export const messageForward = (chat: number, orders: readonly number[], to: readonly number[]) =>
  shell().invoke<void>('message_forward', { chat, orders, to });
export const messageStar = (chat: number, orders: readonly number[], starred: boolean) =>
  shell().invoke<void>('message_star', { chat, orders, starred });
export const starred = (chat: number | null) => shell().invoke<StarredView[]>('starred', { chat });
export const messagePin = (chat: number, order: number, pinned: boolean) =>
  shell().invoke<void>('message_pin', { chat, order, pinned });
export const threadPins = (chat: number) => shell().invoke<MessageItem[]>('thread_pins', { chat });
export const timerSet = (chat: number, seconds: number) => shell().invoke<void>('timer_set', { chat, seconds });

export const stories = () => shell().invoke<StoryPerson[]>('stories');
export const storyAudience = () => shell().invoke<StoryAudience>('story_audience');
export const storyPost = (
  id: string,
  text: string,
  ground: number | null,
  file: number | null,
  audience: StoryAudience,
) => shell().invoke<void>('story_post', { id, text, ground, file, audience });
export const storySeen = (order: number) => shell().invoke<void>('story_seen', { order });
export const storyReact = (order: number, emoji: string | null) =>
  shell().invoke<void>('story_react', { order, emoji });
export const storyReply = (order: number, id: string, text: string) =>
  shell().invoke<number>('story_reply', { order, id, text });
export const storyDelete = (order: number) => shell().invoke<void>('story_delete', { order });
export const storyRetry = (order: number) => shell().invoke<void>('story_retry', { order });
export const storyMute = (chat: number, muted: boolean) => shell().invoke<void>('story_mute', { chat, muted });

export const emojiRecent = () => shell().invoke<string[]>('emoji_recent');
export const emojiUsed = (emoji: string) => shell().invoke<void>('emoji_used', { emoji });

export const contactView = (chat: number) => shell().invoke<ContactView>('contact_view', { chat });
export const contactRename = (chat: number, name: string | null) =>
  shell().invoke<ContactView>('contact_rename', { chat, name });
export const safetyNumber = (chat: number) => shell().invoke<SafetyNumber>('safety_number', { chat });
export const trustVerify = (chat: number) => shell().invoke<void>('trust_verify', { chat });
export const trustAccept = (chat: number) => shell().invoke<void>('trust_accept', { chat });

export const groupCreate = (name: string, about: string, picture: number | null, members: readonly number[]) =>
  shell().invoke<number>('group_create', { name, about, picture, members });
export const groupDescribe = (chat: number, about: string) => shell().invoke<void>('group_describe', { chat, about });
/** Of a chosen file. */
export const groupPicture = (chat: number, picture: number | null) =>
  shell().invoke<void>('group_picture', { chat, picture });
export const groupAdd = (chat: number, members: readonly number[]) =>
  shell().invoke<void>('group_add', { chat, members });
export const groupRemove = (chat: number, account: string) => shell().invoke<void>('group_remove', { chat, account });
export const groupLeave = (chat: number) => shell().invoke<void>('group_leave', { chat });
export const groupRole = (chat: number, account: string, role: GroupRole) =>
  shell().invoke<void>('group_role', { chat, account, role });
export const groupRename = (chat: number, name: string) => shell().invoke<void>('group_rename', { chat, name });
export const groupPolicy = (chat: number, policy: GroupPolicy) =>
  shell().invoke<void>('group_policy', { chat, policy });
export const groupView = (chat: number) => shell().invoke<GroupView>('group_view', { chat });
export const groupLinkSet = (chat: number, approval: boolean, fresh: boolean) =>
  shell().invoke<void>('group_link_set', { chat, approval, fresh });
export const groupLinkRemove = (chat: number) => shell().invoke<void>('group_link_remove', { chat });
/** Names the chat of a group that one is in already. */
export const groupJoin = (link: string) => shell().invoke<number | null>('group_join', { link });
export const groupAdmit = (chat: number, account: string) => shell().invoke<void>('group_admit', { chat, account });
export const groupDecline = (chat: number, account: string) => shell().invoke<void>('group_decline', { chat, account });
export const groupReceipts = (id: string) => shell().invoke<GroupReceipt[]>('group_receipts', { id });

export const linkOpen = (url: string) => shell().invoke<void>('link_open', { url });

export const callStart = (chat: number, video: boolean) => shell().invoke<void>('call_start', { chat, video });
export const callAnswer = (video: boolean) => shell().invoke<void>('call_answer', { video });
export const callEnd = () => shell().invoke<void>('call_end');
export const callMute = (muted: boolean) => shell().invoke<void>('call_mute', { muted });
export const callCamera = (on: boolean) => shell().invoke<void>('call_camera', { on });
export const callScreen = (on: boolean) => shell().invoke<void>('call_screen', { on });
/** The call stays in sight over other programs; answers when it does no longer. */
export const callFloat = () => shell().invoke<void>('call_float');
export const callFloatEnd = () => shell().invoke<void>('call_float_end');
export const callFloatMove = () => shell().invoke<void>('call_float_move');
export const callHistory = (before: number | null) => shell().invoke<CallEntryView[]>('call_history', { before });
export const callDevices = () => shell().invoke<CallDevice[]>('call_devices');
export const callDeviceUse = (kind: CallDeviceKind, id: string | null) =>
  shell().invoke<void>('call_device_use', { kind, id });
export const callTrial = (on: boolean) => shell().invoke<void>('call_trial', { on });
export const callTrialCamera = (on: boolean) => shell().invoke<void>('call_trial_camera', { on });
export const callTrialSound = () => shell().invoke<void>('call_trial_sound');
export const callFrameDrawn = (picture: CallPicture, broken: boolean) =>
  shell().invoke<void>('call_frame_drawn', { picture, broken });

export const groupCallStart = (chat: number, video: boolean) =>
  shell().invoke<void>('group_call_start', { chat, video });
export const groupCallJoin = (call: string, video: boolean) => shell().invoke<void>('group_call_join', { call, video });
export const groupCallLeave = (call: string) => shell().invoke<void>('group_call_leave', { call });
export const groupCallMute = (muted: boolean) => shell().invoke<void>('group_call_mute', { muted });
export const groupCallCamera = (on: boolean) => shell().invoke<void>('group_call_camera', { on });
export const groupCallScreen = (on: boolean) => shell().invoke<void>('group_call_screen', { on });
export const groupCallHand = (up: boolean) => shell().invoke<void>('group_call_hand', { up });
export const groupCallFrameDrawn = (picture: number, broken: boolean) =>
  shell().invoke<void>('group_call_frame_drawn', { picture, broken });

export const voiceRecord = (chat: number) => shell().invoke<void>('voice_record', { chat });
export const voicePause = () => shell().invoke<void>('voice_pause');
export const voiceDiscard = () => shell().invoke<void>('voice_discard');
export const voiceSend = (id: string, answered: number | null) => shell().invoke<void>('voice_send', { id, answered });
export const voicePlay = (order: number | null, from: number | null = null) =>
  shell().invoke<void>('voice_play', { order, from });
export const voiceRest = () => shell().invoke<void>('voice_rest');
export const voiceClose = () => shell().invoke<void>('voice_close');
export const voiceSeek = (position: number) => shell().invoke<void>('voice_seek', { position });
export const voiceSpeed = (speed: VoiceSpeed) => shell().invoke<void>('voice_speed', { speed });

/** What a command rejected with; anything that is no refusal of the engine is a fault of the program. */
export function refusal(reason: unknown): Refusal {
  if (typeof reason === 'object' && reason !== null && 'code' in reason) return reason as Refusal;
  return { code: 'internal' satisfies Code, detail: String(reason), retry_at: null, tries_left: null };
}
