-- The database of a Sotto device, version 17. Written by `SOTTO_WRITE_SCHEMA=1 cargo test -p sotto-store`.

CREATE TABLE attachments (
    position INTEGER NOT NULL REFERENCES messages (position) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    blob     BLOB NOT NULL,
    state    TEXT NOT NULL, chat INTEGER NOT NULL DEFAULT 0, kind TEXT NOT NULL DEFAULT 'file', size INTEGER NOT NULL DEFAULT 0, stays INTEGER NOT NULL DEFAULT 0 CHECK (stays IN (0, 1)),
    PRIMARY KEY (position, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_blob ON attachments (blob);
CREATE INDEX attachments_files ON attachments (chat, position) WHERE stays = 1 AND kind = 'file';
CREATE INDEX attachments_media ON attachments (chat, position) WHERE stays = 1 AND kind IN ('photo', 'video');
CREATE INDEX attachments_wanted ON attachments (position, place) WHERE state = 'wanted';
CREATE TRIGGER attachments_discard AFTER DELETE ON attachments BEGIN
    INSERT OR IGNORE INTO discarded_blobs (blob) VALUES (old.blob);
END;

CREATE TABLE chats (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    draft TEXT
, timer INTEGER, timer_count INTEGER, timer_actor BLOB, pinned INTEGER, archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)), muted_until INTEGER, marked_unread INTEGER NOT NULL DEFAULT 0 CHECK (marked_unread IN (0, 1)), hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)), quiet INTEGER NOT NULL DEFAULT 0 CHECK (quiet IN (0, 1)), discreet INTEGER NOT NULL DEFAULT 0 CHECK (discreet IN (0, 1)), wallpaper INTEGER, but_mentions INTEGER NOT NULL DEFAULT 0 CHECK (but_mentions IN (0, 1))) STRICT;

CREATE TABLE contacts (
    chat           INTEGER PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    account        BLOB NOT NULL,
    number         TEXT,
    claimed_number TEXT,
    trust          TEXT NOT NULL CHECK (trust IN ('unknown', 'first_seen', 'verified', 'violated')),
    accepted       INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    profile_key    BLOB,
    token_refused  INTEGER NOT NULL CHECK (token_refused IN (0, 1)),
    given_name     TEXT
, blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1)), listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1))) STRICT;
CREATE INDEX contacts_account ON contacts (account);
CREATE INDEX contacts_number ON contacts (number) WHERE number IS NOT NULL;

CREATE TABLE devices (
    device           BLOB PRIMARY KEY NOT NULL,
    account          BLOB NOT NULL,
    device_key       BLOB NOT NULL,
    olm_key          BLOB NOT NULL,
    seal_key_id      BLOB,
    seal_public      BLOB NOT NULL,
    seal_not_after   INTEGER NOT NULL,
    next_send        INTEGER NOT NULL,
    next_receive     INTEGER NOT NULL,
    greeted          INTEGER NOT NULL CHECK (greeted IN (0, 1)),
    ephemeral_out    BLOB,
    ephemeral_out_at INTEGER,
    ephemeral_in     BLOB,
    healed_at        INTEGER,
    CHECK ((ephemeral_out IS NULL) = (ephemeral_out_at IS NULL))
) STRICT;
CREATE INDEX devices_account ON devices (account);

CREATE TABLE discarded_blobs (
    blob BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE edits (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    count  INTEGER NOT NULL,
    text   TEXT NOT NULL,
    at     INTEGER NOT NULL, mentions BLOB,
    PRIMARY KEY (author, id, count),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE gallery_backlog (
    position INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE gaps (
    device       BLOB NOT NULL,
    pair_counter INTEGER NOT NULL,
    PRIMARY KEY (device, pair_counter)
) STRICT, WITHOUT ROWID;

CREATE TABLE gone (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_at ON gone (at);

CREATE TABLE group_asked (
    id BLOB PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE group_events (
    group_id BLOB NOT NULL,
    epoch    INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (group_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_indices (
    session_id TEXT NOT NULL,
    device     BLOB NOT NULL,
    idx        INTEGER NOT NULL,
    PRIMARY KEY (session_id, device, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_outbox (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    id         BLOB NOT NULL UNIQUE,
    group_id   BLOB NOT NULL,
    message    BLOB,
    body       BLOB NOT NULL,
    payload    BLOB NOT NULL,
    todo       BLOB NOT NULL,
    full       BLOB NOT NULL,
    sending    BLOB NOT NULL,
    not_before INTEGER NOT NULL
) STRICT;

CREATE TABLE group_parked (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    hash     BLOB NOT NULL UNIQUE,
    tag      BLOB NOT NULL,
    at       INTEGER NOT NULL,
    payload  BLOB NOT NULL
) STRICT;
CREATE INDEX group_parked_tag ON group_parked (tag, position);

CREATE TABLE group_pictures (
    id      BLOB PRIMARY KEY NOT NULL,
    picture BLOB NOT NULL
) STRICT;

CREATE TABLE group_receipts (
    message BLOB NOT NULL,
    account BLOB NOT NULL,
    state   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (message, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_requests (
    id      BLOB NOT NULL,
    account BLOB NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (id, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_secrets (
    position  INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id  BLOB NOT NULL,
    hash      BLOB NOT NULL,
    tag       BLOB NOT NULL,
    secret    BLOB NOT NULL,
    event_key BLOB,
    at        INTEGER NOT NULL,
    UNIQUE (group_id, hash)
) STRICT;
CREATE INDEX group_secrets_tag ON group_secrets (tag);

CREATE TABLE group_sessions_in (
    session_id  TEXT NOT NULL,
    device      BLOB NOT NULL,
    account     BLOB NOT NULL,
    group_id    BLOB NOT NULL,
    epoch       INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    next_index  INTEGER NOT NULL,
    pickle      BLOB NOT NULL,
    received    INTEGER NOT NULL,
    advanced    INTEGER NOT NULL,
    retired     INTEGER,
    PRIMARY KEY (session_id, device)
) STRICT;

CREATE TABLE group_sessions_out (
    group_id   BLOB PRIMARY KEY NOT NULL,
    session_id TEXT NOT NULL,
    pickle     BLOB NOT NULL,
    own_copy   BLOB NOT NULL,
    epoch      INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    next_index INTEGER NOT NULL,
    shared     BLOB NOT NULL
) STRICT;

CREATE TABLE groups (
    chat     INTEGER PRIMARY KEY REFERENCES chats (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    id       BLOB NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    state    BLOB NOT NULL,
    position INTEGER NOT NULL,
    secret   BLOB,
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    fork     BLOB,
    pending  BLOB,
    former   BLOB NOT NULL
) STRICT;

CREATE TABLE links (
    position INTEGER NOT NULL REFERENCES messages (position) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    chat     INTEGER NOT NULL,
    address  TEXT NOT NULL,
    PRIMARY KEY (position, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_chat ON links (chat, position);

CREATE TABLE messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    author   BLOB NOT NULL,
    id       BLOB NOT NULL,
    chat     INTEGER NOT NULL REFERENCES chats (id) DEFERRABLE INITIALLY DEFERRED,
    at       INTEGER NOT NULL,
    state    TEXT NOT NULL,
    text     TEXT,
    notice   TEXT,
    count    INTEGER,
    unread   INTEGER NOT NULL CHECK (unread IN (0, 1)), extras BLOB, relay_at INTEGER, edits INTEGER NOT NULL DEFAULT 0, starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1)), expires_at INTEGER, played INTEGER NOT NULL DEFAULT 0 CHECK (played IN (0, 1)), mentioned INTEGER NOT NULL DEFAULT 0 CHECK (mentioned IN (0, 1)),
    UNIQUE (author, id),
    CHECK ((text IS NULL) <> (notice IS NULL))
) STRICT;
CREATE INDEX messages_call ON messages (position) WHERE notice = 'call';
CREATE INDEX messages_chat ON messages (chat, position);
CREATE INDEX messages_expiring ON messages (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX messages_gap ON messages (chat, position) WHERE notice = 'gap';
CREATE INDEX messages_held ON messages (chat, position) WHERE state = 'held';
CREATE INDEX messages_key ON messages (chat, position) WHERE notice IN ('key_changed', 'key_violated');
CREATE INDEX messages_mentioned ON messages (chat, position) WHERE unread = 1 AND mentioned = 1;
CREATE INDEX messages_starred ON messages (position) WHERE starred = 1;
CREATE INDEX messages_trace ON messages (at) WHERE notice = 'deleted';
CREATE INDEX messages_unread ON messages (chat, position) WHERE unread = 1;
CREATE TRIGGER messages_wake_chat AFTER INSERT ON messages WHEN new.text IS NOT NULL BEGIN
    UPDATE chats SET hidden = 0, archived = archived AND (new.unread = 0 OR coalesce(muted_until, 0) > new.at)
    WHERE id = new.chat AND (hidden = 1 OR archived = 1);
END;

CREATE TABLE muted_stories (
    person BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE olm_account (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    pickle BLOB NOT NULL
) STRICT;

CREATE TABLE outbox (
    position     INTEGER PRIMARY KEY AUTOINCREMENT,
    id           BLOB NOT NULL UNIQUE,
    recipient    BLOB NOT NULL,
    only_device  BLOB,
    message      BLOB,
    body         BLOB NOT NULL,
    fills        INTEGER,
    list_version INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    not_before   INTEGER NOT NULL
, action INTEGER NOT NULL DEFAULT 0 CHECK (action IN (0, 1)), said_to BLOB) STRICT;
CREATE INDEX outbox_message ON outbox (message) WHERE message IS NOT NULL;
CREATE INDEX outbox_recipient ON outbox (recipient, position);

CREATE TABLE outbox_copies (
    outbox       INTEGER NOT NULL REFERENCES outbox (position) ON DELETE CASCADE,
    place        INTEGER NOT NULL,
    device       BLOB NOT NULL,
    pair_counter INTEGER NOT NULL,
    olm_type     INTEGER NOT NULL,
    bytes        BLOB NOT NULL,
    PRIMARY KEY (outbox, place)
) STRICT;

CREATE TABLE own (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    seed           BLOB,
    account        BLOB NOT NULL,
    account_key    BLOB NOT NULL,
    device         BLOB NOT NULL,
    certified      BLOB NOT NULL,
    list           BLOB NOT NULL,
    profile_key    BLOB NOT NULL,
    number         TEXT NOT NULL,
    keys_turned_at INTEGER NOT NULL,
    standing_key   BLOB NOT NULL
, unpublished BLOB, mail_expired INTEGER NOT NULL DEFAULT 0 CHECK (mail_expired IN (0, 1)), profile_turned_at INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE own_profile (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    name        TEXT NOT NULL,
    about       TEXT NOT NULL,
    published   INTEGER NOT NULL CHECK (published IN (0, 1)),
    picture_rev INTEGER NOT NULL,
    picture     BLOB,
    CHECK ((picture IS NULL) = (picture_rev = 0))
) STRICT;

CREATE TABLE own_seal_keys (
    key_id    BLOB PRIMARY KEY NOT NULL,
    private   BLOB NOT NULL,
    not_after INTEGER NOT NULL
) STRICT;

CREATE TABLE peer_chain (
    account BLOB NOT NULL REFERENCES peers (account) ON DELETE CASCADE,
    place   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE peers (
    account     BLOB PRIMARY KEY NOT NULL,
    account_key BLOB NOT NULL,
    list        BLOB NOT NULL,
    version     INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    stale       INTEGER NOT NULL CHECK (stale IN (0, 1))
) STRICT;

CREATE TABLE pins (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    chat   INTEGER NOT NULL,
    pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
    count  INTEGER NOT NULL,
    actor  BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX pins_chat ON pins (chat) WHERE pinned = 1;

CREATE TABLE poll_ends (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE poll_votes (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    person BLOB NOT NULL,
    count  INTEGER NOT NULL,
    chat   INTEGER NOT NULL,
    choice BLOB NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id, person, count),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE profiles (
    account     BLOB PRIMARY KEY NOT NULL,
    own_name    TEXT NOT NULL,
    about       TEXT NOT NULL,
    fetched_at  INTEGER NOT NULL,
    picture_rev INTEGER NOT NULL,
    picture     BLOB,
    CHECK ((picture IS NULL) = (picture_rev = 0))
) STRICT;

CREATE TABLE reactions (
    author BLOB NOT NULL,
    id     BLOB NOT NULL,
    person BLOB NOT NULL,
    chat   INTEGER NOT NULL,
    emoji  TEXT,
    count  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (author, id, person),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX reactions_chat ON reactions (chat, at);

CREATE TABLE receipts (
    account BLOB NOT NULL,
    message BLOB NOT NULL,
    read    INTEGER NOT NULL CHECK (read IN (0, 1)),
    due     INTEGER NOT NULL, played INTEGER NOT NULL DEFAULT 0 CHECK (played IN (0, 1)),
    PRIMARY KEY (account, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_due ON receipts (due);

CREATE TABLE relay (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    address      TEXT NOT NULL,
    name         TEXT NOT NULL,
    local        INTEGER NOT NULL CHECK (local IN (0, 1)),
    device_token BLOB,
    standing     BLOB,
    signed_out   INTEGER NOT NULL CHECK (signed_out IN (0, 1))
) STRICT;

CREATE TABLE scheduled (
    id        BLOB PRIMARY KEY,
    chat      INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    recipient BLOB,
    at        INTEGER NOT NULL,
    text      TEXT NOT NULL,
    extras    BLOB,
    failed    INTEGER NOT NULL CHECK (failed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX scheduled_at ON scheduled (at) WHERE failed = 0;
CREATE INDEX scheduled_chat ON scheduled (chat, at);

CREATE VIRTUAL TABLE search_index USING fts5 (
    folded,
    content = 'search_texts',
    content_rowid = 'position',
    tokenize = 'trigram case_sensitive 1'
);

CREATE TABLE search_texts (
    position INTEGER PRIMARY KEY REFERENCES messages (position) ON DELETE CASCADE,
    folded   TEXT NOT NULL
) STRICT;
CREATE TRIGGER search_texts_delete AFTER DELETE ON search_texts BEGIN
    INSERT INTO search_index (search_index, rowid, folded) VALUES ('delete', old.position, old.folded);
END;
CREATE TRIGGER search_texts_insert AFTER INSERT ON search_texts BEGIN
    INSERT INTO search_index (rowid, folded) VALUES (new.position, new.folded);
END;
CREATE TRIGGER search_texts_update AFTER UPDATE ON search_texts BEGIN
    INSERT INTO search_index (search_index, rowid, folded) VALUES ('delete', old.position, old.folded);
    INSERT INTO search_index (rowid, folded) VALUES (new.position, new.folded);
END;

CREATE TABLE seen (
    hash BLOB PRIMARY KEY NOT NULL,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

CREATE TABLE sent (
    device       BLOB NOT NULL,
    pair_counter INTEGER NOT NULL,
    message      BLOB,
    at           INTEGER NOT NULL, action BLOB, said_to BLOB,
    PRIMARY KEY (device, pair_counter)
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_at ON sent (at);
CREATE INDEX sent_message ON sent (message) WHERE message IS NOT NULL;

CREATE TABLE sessions (
    device     BLOB NOT NULL,
    session_id TEXT NOT NULL,
    used_at    INTEGER NOT NULL,
    pickle     BLOB,
    PRIMARY KEY (device, session_id)
) STRICT;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_up (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    number       TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    resend_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE story_viewers (
    author  BLOB NOT NULL,
    id      BLOB NOT NULL,
    person  BLOB NOT NULL,
    seen_at INTEGER,
    PRIMARY KEY (author, id, person),
    FOREIGN KEY (author, id) REFERENCES messages (author, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE waiting_actions (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    chat     INTEGER NOT NULL,
    author   BLOB NOT NULL,
    id       BLOB NOT NULL,
    actor    BLOB NOT NULL,
    body     BLOB NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX waiting_actions_actor ON waiting_actions (actor);
CREATE INDEX waiting_actions_at ON waiting_actions (at);
CREATE INDEX waiting_actions_message ON waiting_actions (author, id);
