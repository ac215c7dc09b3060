//! Years of conversations, written into a profile from a seed.

use std::io::Cursor;

use anyhow::Context as _;
use image::{ImageFormat, Rgb, RgbImage};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sotto_machine::{
    changes::Change,
    post::Post,
    rows::{ChatId, ContactRow, Content, Marks, MessageRow, MessageState, Rows as _, Trust},
};
use sotto_relay::{Clock as _, SystemClock};
use sotto_store::{ProfileRow, Store};
use sotto_wire::{AccountId, MessageId, Timestamp};

use super::home::Home;

/// Messages of one transaction.
const BATCH: u32 = 2_000;
/// The oldest message is this old.
const YEARS: u64 = 3 * 365 * 24 * 3_600 * 1_000;
/// Every fifth message of these is in one conversation of its own.
const WORDS: [&str; 48] = [
    "lunch", "tomorrow", "train", "quietly", "blue", "garden", "meeting", "paper", "window", "about", "seven",
    "coffee", "river", "perhaps", "music", "later", "the", "and", "for", "with", "this", "that", "again", "never",
    "always", "house", "street", "phone", "letter", "evening", "morning", "bread", "salt", "water", "summer", "winter",
    "ticket", "station", "friend", "mother", "doctor", "answer", "question", "thing", "little", "great", "first",
    "last",
];
const NAMES: [&str; 24] = [
    "Ana", "Bruno", "Clara", "Daniel", "Elif", "Farid", "Greta", "Hugo", "Inês", "Jonas", "Kaya", "Liam", "Mara",
    "Nuno", "Olga", "Paul", "Rosa", "Samir", "Tess", "Ulla", "Vera", "Wim", "Yara", "Zoe",
];
const FAMILIES: [&str; 16] = [
    "Almeida", "Brandt", "Costa", "Dias", "Eriksen", "Faria", "Gomes", "Haas", "Ibrahim", "Jansen", "Kaplan", "Lopes",
    "Moreau", "Novak", "Oliveira", "Weber",
];
const OTHER_SCRIPTS: [&str; 6] = [
    "明天去東京看櫻花",
    "我們晚上見面好嗎",
    "سأتصل بك غدًا إن شاء الله",
    "한국어 공부 중이에요",
    "🎉🎉 congratulations",
    "до завтра, напишу вечером",
];

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    /// Messages; half of them lie in one conversation.
    pub messages: u32,
    /// Conversations.
    pub chats: u32,
}

/// Writes all of it through the store's own interface, and returns the conversations in the order of the list.
///
/// # Errors
/// If the database refuses.
pub fn fill(home: &Home, amount: Amount, seed: u64) -> anyhow::Result<()> {
    let mut store = home.store()?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let me = store.queries().own()?.context("nobody is signed up")?.account;
    let mut people: Vec<(ChatId, AccountId)> =
        store.queries().contacts()?.into_iter().map(|contact| (contact.chat, contact.account)).collect();
    // The largest conversation comes first in the list, those with friends next.
    let strangers = meet(&mut store, amount.chats.saturating_sub(people.len() as u32).max(1), &mut rng)?;
    people.splice(0..0, strangers.iter().take(1).copied());
    people.extend(strangers.into_iter().skip(1));

    let now = SystemClock.now();
    let step = YEARS / u64::from(amount.messages.max(1));
    let tail = people.len() as u32;
    let mut written = 0;
    while written < amount.messages {
        let mut batch = store.batch()?;
        for n in written..amount.messages.min(written + BATCH) {
            let left = amount.messages - n;
            // The last ones put the list into its order, one for each conversation.
            let index = if left <= tail { left as usize - 1 } else { someone(people.len(), &mut rng) };
            let (chat, account) = people[index];
            // A few conversations end with something unread.
            let unread = left <= tail && (3..6).contains(&index);
            let mine = !unread && rng.random_bool(0.45);
            let at = now - u64::from(left) * step;
            batch.apply(&Change::PutMessage(Box::new(message(
                chat,
                if mine { me } else { account },
                mine,
                unread,
                at,
                &mut rng,
            ))))?;
        }
        batch.commit()?;
        written = amount.messages.min(written + BATCH);
    }
    Ok(())
}

/// Half of all is in the first conversation, the rest falls off towards the last.
fn someone(count: usize, rng: &mut ChaCha8Rng) -> usize {
    if count == 1 || rng.random_bool(0.5) {
        return 0;
    }
    let share = rng.random::<f64>();
    1 + ((share * share) * (count - 1) as f64) as usize
}

fn meet(store: &mut Store, count: u32, rng: &mut ChaCha8Rng) -> anyhow::Result<Vec<(ChatId, AccountId)>> {
    let mut met = Vec::new();
    let mut batch = store.batch()?;
    for n in 0..count {
        let (chat, account) = (batch.next_chat()?, AccountId(rng.random()));
        let contact = ContactRow {
            chat,
            account,
            number: Some(format!("+4915112{n:06}").parse()?),
            claimed_number: None,
            trust: if n % 5 == 0 { Trust::Verified } else { Trust::FirstSeen },
            accepted: true,
            profile_key: None,
            token_refused: false,
            blocked: false,
            listed: true,
        };
        batch.apply(&Change::PutContact(Box::new(contact)))?;
        let name = format!("{} {}", pick(&NAMES, rng), pick(&FAMILIES, rng));
        let picture = (n % 3 != 0).then(|| picture(rng)).transpose()?;
        batch.put_profile(&account, &ProfileRow { own_name: name, about: String::new(), picture, fetched_at: 0 })?;
        met.push((chat, account));
    }
    batch.commit()?;
    Ok(met)
}

/// As large as the engine makes them.
fn picture(rng: &mut ChaCha8Rng) -> anyhow::Result<Vec<u8>> {
    const SIDE: u32 = 512;
    let [red, green, blue] = rng.random::<[u8; 3]>();
    let image = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let shade = ((x * y) >> 11) as u8;
        Rgb([red.wrapping_add(shade), green ^ (y >> 2) as u8, blue.wrapping_sub((x >> 2) as u8)])
    });
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Jpeg)?;
    Ok(bytes.into_inner())
}

fn message(
    chat: ChatId,
    author: AccountId,
    mine: bool,
    unread: bool,
    at: Timestamp,
    rng: &mut ChaCha8Rng,
) -> MessageRow {
    let state = if mine { MessageState::Read } else { MessageState::Received };
    MessageRow {
        id: MessageId(rng.random()),
        chat,
        author,
        at,
        state,
        content: Content::Post(Post::text(text(rng))),
        unread,
        marks: Marks::default(),
    }
}

/// Mostly short, sometimes long; one in twelve in another script.
fn text(rng: &mut ChaCha8Rng) -> String {
    if rng.random_bool(1.0 / 12.0) {
        return (*pick(&OTHER_SCRIPTS, rng)).to_owned();
    }
    let words = if rng.random_bool(0.1) { rng.random_range(30..90) } else { rng.random_range(2..16) };
    let mut text: Vec<&str> = (0..words).map(|_| *pick(&WORDS, rng)).collect();
    if rng.random_bool(0.001) {
        text.push("quixotic");
    }
    text.join(" ")
}

fn pick<'a, T>(from: &'a [T], rng: &mut ChaCha8Rng) -> &'a T {
    &from[rng.random_range(0..from.len())]
}
