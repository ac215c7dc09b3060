//! The plaintext of a message: who says what to whom, and how it is packed before encryption.

use minicbor::{Decode, Encode};
use sotto_wire::{AccountId, DeviceId, GroupId, Hash, MessageId, PublicKey, Timestamp};

use crate::{
    call::CallBody,
    codec::{self, Malformed},
    group_call::GroupCallBody,
    padding,
    post::Post,
};

mod group;
mod siblings;

pub(crate) use group::{ForkSeen, GroupSecret, JoinRequest, SenderKey};
pub(crate) use siblings::{BlockedHere, ProfileKeyHere, SeenMessage, StoryHere};

/// Bodies longer than this are compressed with zstd.
const COMPRESS_OVER: usize = 1_024;
/// What a body may grow to when it is decompressed.
const LARGEST_BODY: usize = 256 * 1_024;

/// Everything inside one Olm message.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Inner {
    #[n(0)]
    pub(crate) message_id: MessageId,
    #[n(1)]
    pub(crate) conversation: Conversation,
    #[n(2)]
    pub(crate) sender: Sender,
    #[n(3)]
    pub(crate) recipient: Recipient,
    /// Counts up by one per device pair and direction.
    #[n(4)]
    pub(crate) pair_counter: u64,
    #[n(5)]
    pub(crate) sent_at: Timestamp,
    /// CBOR of a [`Body`], compressed when `compressed`.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub(crate) body: Vec<u8>,
    #[n(7)]
    pub(crate) compressed: bool,
    /// The counter under which this was sent before, when it is sent anew.
    #[n(8)]
    pub(crate) fills: Option<u64>,
    /// With the first message to a device.
    #[n(9)]
    pub(crate) greeting: Option<Greeting>,
    /// Key for ephemeral envelopes from this device, when it is new.
    #[cbor(n(10), with = "minicbor::bytes")]
    pub(crate) ephemeral_key: Option<[u8; 32]>,
}

/// Which conversation a message belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Conversation {
    /// With one person: the other one, seen from the sender; their own id when a device syncs with its siblings.
    #[n(0)]
    Direct(#[n(0)] AccountId),
    /// A group; only in what the whole group gets.
    #[n(1)]
    Group(#[n(0)] GroupId),
}

/// Who sends, by every name they have, and the device list they go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Sender {
    #[n(0)]
    pub(crate) account: AccountId,
    #[n(1)]
    pub(crate) account_key: PublicKey,
    #[n(2)]
    pub(crate) device: DeviceId,
    #[n(3)]
    pub(crate) device_key: PublicKey,
    #[n(4)]
    pub(crate) list_version: u64,
    #[n(5)]
    pub(crate) list_hash: Hash,
}

/// Who is meant, as the sender saw them: two people who were shown different lists find out here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Recipient {
    #[n(0)]
    pub(crate) account: AccountId,
    #[n(1)]
    pub(crate) device: DeviceId,
    #[n(2)]
    pub(crate) device_key: PublicKey,
    #[n(3)]
    pub(crate) list_version: u64,
    #[n(4)]
    pub(crate) list_hash: Hash,
}

/// What a person says about themselves to those they write to.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct Greeting {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub(crate) profile_key: [u8; 32],
    /// E.164; believed only when the relay confirms it.
    #[n(1)]
    pub(crate) number: String,
}

impl std::fmt::Debug for Greeting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Greeting(secret)")
    }
}

/// What is said. Numbers are never reused; an unknown one counts as received and shows nothing.
/// 0 was a bare text, before there was more to a message.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Body {
    /// What has arrived or was read.
    #[n(1)]
    Receipt {
        /// Read, or only delivered.
        #[n(0)]
        read: bool,
        /// Messages of the receipt's recipient.
        #[n(1)]
        messages: Vec<MessageId>,
    },
    /// Only the greeting beside it: the sender was accepted.
    #[n(2)]
    Hello,
    /// Please send again.
    #[n(3)]
    Resend {
        /// These counters.
        #[n(0)]
        counters: Vec<u64>,
        /// And everything from here on, when a session broke and the counters are not known.
        #[n(1)]
        from: Option<u64>,
    },
    /// What was asked for is not there any more.
    #[n(4)]
    Gone {
        /// Counters and whether a person would have seen something.
        #[n(0)]
        counters: Vec<GoneCounter>,
    },
    /// What a person wrote.
    #[n(5)]
    Post(#[n(0)] Post),
    /// Other words for an own message.
    #[n(6)]
    Edit {
        /// Which.
        #[n(0)]
        message: MessageId,
        /// Counts up for each message; the greatest stands.
        #[n(1)]
        count: u32,
        /// The new words.
        #[n(2)]
        post: Post,
    },
    /// A message is taken back, for everyone.
    #[n(7)]
    Delete {
        /// Whose.
        #[n(0)]
        author: AccountId,
        /// Which.
        #[n(1)]
        message: MessageId,
    },
    /// A reaction, or the end of one.
    #[n(8)]
    React {
        /// To whose message.
        #[n(0)]
        author: AccountId,
        /// To which.
        #[n(1)]
        message: MessageId,
        /// One emoji; none takes the reaction back.
        #[n(2)]
        emoji: Option<String>,
        /// Counts up for each message and person; the greatest stands.
        #[n(3)]
        count: u32,
    },
    /// A message is pinned for everybody in the conversation, or not any more.
    #[n(9)]
    Pin {
        /// Whose message.
        #[n(0)]
        author: AccountId,
        /// Which.
        #[n(1)]
        message: MessageId,
        /// Pinned, or not any more.
        #[n(2)]
        pinned: bool,
        /// Counts up for each message over everybody; the greatest stands.
        #[n(3)]
        count: u32,
    },
    /// Messages of this conversation disappear from now on, or stay.
    #[n(10)]
    Timer {
        /// After being read; 0 when they stay.
        #[n(0)]
        seconds: u32,
        /// Counts up over everybody; the greatest stands.
        #[n(1)]
        count: u32,
    },
    /// What a person chose in a poll.
    #[n(20)]
    Vote {
        /// Whose poll.
        #[n(0)]
        author: AccountId,
        /// Which.
        #[n(1)]
        message: MessageId,
        /// Places of answers, counted from 0; none takes the vote back.
        #[cbor(n(2), with = "minicbor::bytes")]
        choice: Vec<u8>,
        /// Counts up for each poll and person; the greatest stands.
        #[n(3)]
        count: u32,
    },
    /// A poll of the sender's is over.
    #[n(21)]
    ClosePoll {
        /// Which.
        #[n(0)]
        message: MessageId,
    },
    /// Recorded speech of this body's recipient was listened to, and so read.
    #[n(22)]
    Played(#[n(0)] Vec<MessageId>),
    /// The sending device's Megolm session of a group.
    #[n(13)]
    SenderKey(#[n(0)] SenderKey),
    /// A group's secret, before the event that sets it is in the log.
    #[n(14)]
    GroupSecret(#[n(0)] GroupSecret),
    /// A group's log has grown, or its sender lacks a secret.
    #[n(15)]
    GroupNews {
        /// Which group.
        #[n(0)]
        group: GroupId,
        /// Please send the secret with this hash.
        #[n(1)]
        wanted: Option<Hash>,
    },
    /// A message of the recipient's was refused: its sender sees another group.
    #[n(16)]
    ForkSeen(#[n(0)] ForkSeen),
    /// Its sender asks to come into a group by its link.
    #[n(17)]
    JoinRequest(#[n(0)] JoinRequest),
    /// Something shown for a day.
    #[n(40)]
    Story {
        /// What.
        #[n(0)]
        post: Post,
        /// When, by its author's clock, also when it is sent again later.
        #[n(1)]
        posted: Timestamp,
    },
    /// What one side of a call says to the other.
    #[n(30)]
    Call(#[n(0)] CallBody),
    /// What a member of a group says about a call of it.
    #[n(35)]
    GroupCall(#[n(0)] GroupCallBody),
    /// To one's own other devices: these were read, or listened to, by this person.
    #[n(50)]
    SeenHere {
        /// Which.
        #[n(0)]
        messages: Vec<SeenMessage>,
        /// And listened to.
        #[n(1)]
        played: bool,
    },
    /// To one's own other devices: a message has a star, or none any more.
    #[n(51)]
    StarredHere {
        /// Whose message.
        #[n(0)]
        author: AccountId,
        /// Which.
        #[n(1)]
        message: MessageId,
        /// It has one.
        #[n(2)]
        starred: bool,
    },
    /// To one's own other devices: somebody is blocked, or no longer.
    #[n(52)]
    BlockedHere(#[n(0)] BlockedHere),
    /// To one's own other devices: safety numbers with this account match.
    #[n(53)]
    VerifiedHere(#[n(0)] AccountId),
    /// To one's own other devices: there is another profile key.
    #[n(54)]
    ProfileKeyHere(#[n(0)] ProfileKeyHere),
    /// To one's own other devices: a story of one's own.
    #[n(55)]
    StoryHere(#[n(0)] StoryHere),
}

impl Body {
    /// Whether it changes something that is already in a conversation.
    pub(crate) fn is_action(&self) -> bool {
        matches!(
            self,
            Self::Edit { .. }
                | Self::Delete { .. }
                | Self::React { .. }
                | Self::Pin { .. }
                | Self::Timer { .. }
                | Self::Vote { .. }
                | Self::ClosePoll { .. }
        )
    }
}

/// A counter that will not be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct GoneCounter {
    #[n(0)]
    pub(crate) pair_counter: u64,
    /// It carried a message (deleted, expired or refused), not a receipt.
    #[n(1)]
    pub(crate) was_message: bool,
}

/// CBOR of a body, compressed if that is worth it.
pub(crate) fn pack(body: &[u8]) -> (Vec<u8>, bool) {
    if body.len() <= COMPRESS_OVER {
        return (body.to_vec(), false);
    }
    match zstd::bulk::compress(body, 3) {
        Ok(small) if small.len() < body.len() => (small, true),
        _ => (body.to_vec(), false),
    }
}

/// The body of an [`Inner`].
pub(crate) fn unpack(inner: &Inner) -> Result<Body, Malformed> {
    unpack_bytes(&inner.body, inner.compressed)
}

/// What [`pack`] made.
pub(crate) fn unpack_bytes(packed: &[u8], compressed: bool) -> Result<Body, Malformed> {
    if !compressed {
        return codec::decode(packed);
    }
    let body = zstd::bulk::decompress(packed, LARGEST_BODY).map_err(|_| Malformed)?;
    codec::decode(&body)
}

/// Plaintext for Olm.
pub(crate) fn encode_inner(inner: &Inner) -> Vec<u8> {
    padding::pad(codec::encode(inner))
}

/// From Olm's plaintext.
pub(crate) fn decode_inner(plaintext: Vec<u8>) -> Result<Inner, Malformed> {
    codec::decode(&padding::unpad(plaintext)?)
}
