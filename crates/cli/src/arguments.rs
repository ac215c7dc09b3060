//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use sotto_engine::MediaSource;

/// The Sotto engine without a window: for scripts, bots and QA.
#[derive(Debug, Parser)]
#[command(name = "sotto-cli", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// Where everything is kept. One process at a time may use it.
    #[arg(long, global = true, env = "SOTTO_PROFILE", value_name = "DIR")]
    pub(crate) profile: Option<PathBuf>,

    /// The relay to sign up with, such as https://relay.example or http://127.0.0.1:8750.
    #[arg(long, global = true, env = "SOTTO_RELAY", value_name = "ADDRESS")]
    pub(crate) relay: Option<String>,

    /// Keep the database's key in this file instead of the keychain. Whoever reads the file reads the messages.
    #[arg(long, global = true, env = "SOTTO_KEY_FILE", value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,

    /// Where sound and pictures of calls come from: devices, or synthetic:CODE for a tone with this code and patterns.
    #[arg(long, global = true, value_name = "SOURCE", default_value = "devices")]
    pub(crate) media: MediaSource,

    /// Print one line of JSON for each answer.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One thing to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask the relay to send a code to a phone number.
    Register {
        /// Your number with its country code, +351912345678.
        number: String,
        /// The invitation, for a relay that takes only the invited.
        #[arg(long, value_name = "CODE")]
        invitation: Option<String>,
    },
    /// Finish signing up with the code.
    Verify {
        /// The six digits.
        code: String,
        /// The name others see.
        #[arg(long)]
        name: String,
        /// A line about yourself.
        #[arg(long, default_value = "")]
        about: String,
    },
    /// List the people you write with.
    Contacts,
    /// Groups: found, change and show them.
    Group(GroupArguments),
    /// Send a text, files, or both.
    Send {
        /// A phone number, or the number of a chat.
        to: String,
        /// What to say; `-` reads it from standard input.
        #[arg(required_unless_present_any = ["file", "voice"])]
        text: Option<String>,
        /// A file to go with it; may be given several times.
        #[arg(long, value_name = "PATH")]
        file: Vec<PathBuf>,
        /// A recording (Opus in Ogg), sent as a voice message by itself.
        #[arg(long, value_name = "PATH", conflicts_with_all = ["text", "file"])]
        voice: Option<PathBuf>,
        /// How pictures are sent.
        #[arg(long, value_enum, default_value_t = Pictures::Usual)]
        pictures: Pictures,
        /// Photos that each may look at once; without a text.
        #[arg(long, requires = "file", conflicts_with_all = ["text", "voice"])]
        once: bool,
        /// Look at the page behind the first address in the text, and send what it says of itself along.
        #[arg(long, conflicts_with_all = ["file", "voice"])]
        preview: bool,
        /// How far it must come before the command ends.
        #[arg(long, value_enum, default_value_t = Wait::Sent)]
        wait: Wait,
        /// Seconds to wait for that. The message stays in the outbox and leaves at the next start.
        #[arg(long, default_value_t = 30)]
        timeout: u64,
    },
    /// Print a conversation, oldest first.
    Messages(MessagesArguments),
    /// Play a voice message to its end. Its sender hears of it as in the window.
    Listen {
        /// `order` of the message, as `messages` prints it.
        order: i64,
    },
    /// Write a file of a message into a folder, in the clear. Fetches it first if need be.
    Save {
        /// `order` of the message, as `messages` prints it.
        order: i64,
        /// Which of its files, from 0.
        #[arg(long, default_value_t = 0)]
        place: u32,
        /// Where to.
        #[arg(long, value_name = "DIR", default_value = ".")]
        to: PathBuf,
        /// Seconds to wait for it.
        #[arg(long, default_value_t = 60)]
        timeout: u64,
    },
    /// Call somebody, and talk until one side hangs up. Interrupting it hangs up.
    Call(CallArguments),
    /// Wait for a call and answer it. Interrupting it hangs up.
    Answer(AnswerArguments),
    /// Print a line of JSON for each event until interrupted.
    Watch,
    /// Speak JSON-RPC 2.0 on standard input and output, one message a line.
    Daemon,
}

/// Arguments of `messages`.
#[derive(Debug, Args)]
pub(crate) struct MessagesArguments {
    /// A phone number, or the number of a chat.
    pub(crate) with: String,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// First wait until the mailbox is drained and at least so many texts of theirs are there.
    #[arg(long, value_name = "COUNT")]
    pub(crate) await_texts: Option<usize>,
    /// Mark them as read.
    #[arg(long)]
    pub(crate) read: bool,
    /// Seconds to wait.
    #[arg(long, default_value_t = 30)]
    pub(crate) timeout: u64,
}

/// Arguments of `call`.
#[derive(Debug, Args)]
pub(crate) struct CallArguments {
    /// A phone number, or the number of a chat.
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) talk: Talk,
}

/// Arguments of `answer`.
#[derive(Debug, Args)]
pub(crate) struct AnswerArguments {
    /// Decline it instead.
    #[arg(long)]
    pub(crate) decline: bool,
    /// Seconds to wait for a call.
    #[arg(long, default_value_t = 60)]
    pub(crate) timeout: u64,
    #[command(flatten)]
    pub(crate) talk: Talk,
}

/// How a call is held.
#[derive(Debug, Args)]
pub(crate) struct Talk {
    /// With one's own camera on.
    #[arg(long)]
    pub(crate) video: bool,
    /// Hang up after so many seconds of talk.
    #[arg(long)]
    pub(crate) seconds: Option<u64>,
}

/// Arguments of `group`.
#[derive(Debug, Args)]
pub(crate) struct GroupArguments {
    #[command(subcommand)]
    pub(crate) deed: GroupDeed,
    /// Seconds to wait until the relay has a change. It goes on at the next start.
    #[arg(long, global = true, default_value_t = 30)]
    pub(crate) timeout: u64,
}

/// What to do with a group. People are phone numbers, or the numbers of chats with them.
#[derive(Debug, Subcommand)]
pub(crate) enum GroupDeed {
    /// List the groups.
    List,
    /// Found one.
    Create {
        /// What it is called.
        name: String,
        /// Everybody else in it.
        members: Vec<String>,
    },
    /// Print who is in it and who may do what.
    Show {
        /// The number of its chat.
        chat: i64,
    },
    /// Add people.
    Add {
        /// The number of its chat.
        chat: i64,
        /// Whom.
        #[arg(required = true)]
        members: Vec<String>,
    },
    /// Remove somebody.
    Remove {
        /// The number of its chat.
        chat: i64,
        /// A member, also by the account that `show --json` prints.
        member: String,
    },
    /// Leave.
    Leave {
        /// The number of its chat.
        chat: i64,
    },
    /// Give somebody a role.
    Role {
        /// The number of its chat.
        chat: i64,
        /// A member, also by the account that `show --json` prints.
        member: String,
        /// Which; a new owner makes you an admin.
        role: Role,
    },
    /// Give it another name.
    Rename {
        /// The number of its chat.
        chat: i64,
        /// Which.
        name: String,
    },
    /// Make a link by which people ask to come in, or change it.
    Link {
        /// The number of its chat.
        chat: i64,
        /// Whether an admin is asked about everybody; without it, as it was, at first yes.
        #[arg(long)]
        approval: Option<bool>,
        /// A new one: the link before opens nothing any more.
        #[arg(long)]
        fresh: bool,
        /// No link.
        #[arg(long, conflicts_with_all = ["approval", "fresh"])]
        off: bool,
    },
    /// Ask to come into the group of a link, and wait until one is in it.
    Join {
        /// The link.
        link: String,
    },
    /// Let in who has asked.
    Accept {
        /// The number of its chat.
        chat: i64,
        /// Who, by the name or the account that `show` prints.
        who: String,
    },
    /// Do not let in who has asked.
    Decline {
        /// The number of its chat.
        chat: i64,
        /// Who, by the name or the account that `show` prints.
        who: String,
    },
    /// Say something about a group; nothing takes it away.
    Describe {
        /// Its chat.
        chat: i64,
        /// What, in at most 300 characters.
        #[arg(default_value = "")]
        about: String,
    },
    /// Give a group a picture, or take it away.
    Picture {
        /// Its chat.
        chat: i64,
        /// A JPEG, PNG or WebP.
        path: Option<PathBuf>,
    },
    /// Say who may do what; what is not named stays as it is.
    Policy {
        /// The number of its chat.
        chat: i64,
        /// Who may write.
        #[arg(long)]
        send: Option<Who>,
        /// Who may change the name.
        #[arg(long)]
        edit: Option<Who>,
        /// Who may add people.
        #[arg(long)]
        add: Option<Who>,
    },
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// What the policy leaves to all.
    Member,
    /// Everything but what is the owner's.
    Admin,
    /// There is always one.
    Owner,
}

/// Whom a policy lets do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Who {
    /// Every member.
    Everyone,
    /// Admins and the owner.
    Admins,
}

/// How pictures are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pictures {
    /// At most 2,048 pixels wide, without metadata.
    Usual,
    /// In full size, without metadata.
    Whole,
    /// As the files that they are, with everything they say about themselves.
    File,
}

/// How far a message must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wait {
    /// On this computer's disk.
    Stored,
    /// One tick.
    Sent,
    /// Two ticks.
    Delivered,
    /// Read.
    Read,
}
