//! REST bodies (JSON). Paths are under the relay's base address; authorised calls carry
//! `Authorization: Bearer <device id>.<device token>` (both hex).

mod report;
mod rooms;

use serde::{Deserialize, Serialize};

pub use self::{
    report::{Report, ReportExcerpt, ReportReason},
    rooms::{EnterRoom, FromRoom, ROOM_MEMBERS, ROOM_PICTURES, ROOMS, RoomRefusal, ToRoom},
};
use crate::{
    AccountId, CertifiedDevice, DeliveryTokenHash, DeviceId, DeviceList, DeviceTokenHash, GroupAppend, PhoneNumber,
    PreKey, PublicKey, SealKey, Signed, StandingCert, Timestamp,
};

/// `GET`: [`RelayInfo`].
pub const RELAY: &str = "/v1/relay";
/// `POST` [`CodeRequest`]: [`CodeSent`].
pub const CODES: &str = "/v1/codes";
/// `POST` [`Registration`]: [`Registered`].
pub const REGISTRATIONS: &str = "/v1/registrations";
/// `PUT` [`KeyUpload`], authorised.
pub const KEYS: &str = "/v1/keys";
/// `POST` [`KeyClaim`]: [`ClaimedKeys`], authorised.
pub const CLAIMS: &str = "/v1/keys/claims";
/// `GET /v1/accounts/{account}/devices`: [`AccountDevices`], authorised.
pub const ACCOUNTS: &str = "/v1/accounts";
/// `PUT` [`ListUpload`], authorised.
pub const DEVICE_LIST: &str = "/v1/device-list";
/// `POST` [`LookUp`]: [`Found`], authorised.
pub const LOOK_UPS: &str = "/v1/look-ups";
/// `GET`: [`Standing`], authorised.
pub const STANDING: &str = "/v1/standing";
/// `GET`: [`IceServers`], authorised.
pub const ICE_SERVERS: &str = "/v1/ice-servers";
/// `PUT` raw encrypted bytes; `GET /v1/profiles/{account}` returns them. Authorised.
pub const PROFILES: &str = "/v1/profiles";
/// `PUT` [`AccountSettings`], authorised.
pub const SETTINGS: &str = "/v1/settings";
/// `POST` [`GroupAppended`], `GET /v1/groups/{group}/events?from={position}`: [`GroupLog`]. Authorised.
pub const GROUPS: &str = "/v1/groups";
/// Encrypted files. `PUT /v1/files/{file}` [`NewFile`]: [`FileState`], authorised, begins an upload or says how far it
/// has come; `PUT /v1/files/{file}/parts/{number}` raw bytes: [`FileState`], authorised; `DELETE /v1/files/{file}`,
/// authorised; `GET /v1/files/{file}`, with `Range` if wanted, returns the bytes to whoever knows the file's id.
pub const FILES: &str = "/v1/files";
/// `POST` [`Report`], authorised.
pub const REPORTS: &str = "/v1/reports";
/// WebSocket, authorised.
pub const LIVE: &str = "/v1/live";
/// `GET`: 200 while serving, 503 while draining.
pub const HEALTH: &str = "/health";

/// The protocol version in [`RelayInfo::protocol`].
pub const PROTOCOL: u32 = 1;

/// What a relay says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayInfo {
    /// Always `"sotto"`: tells a relay from any other web server.
    pub service: String,
    /// Its name for itself.
    pub name: String,
    /// Version of the program.
    pub version: String,
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The key that signs [`StandingCert`]s.
    pub standing_key: PublicKey,
    /// Who may register.
    pub registration: RegistrationMode,
    /// Its clock.
    pub now: Timestamp,
}

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationMode {
    /// Anybody with a phone number.
    Open,
    /// Only with an invitation code.
    Invitation,
}

/// Asks for a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRequest {
    /// Where to.
    pub number: PhoneNumber,
    /// For closed relays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

/// A code is on its way. Says the same whether or not the number is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSent {
    /// Seconds until the code stops working.
    pub expires_in_s: u64,
    /// Seconds until another may be asked for.
    pub resend_after_s: u64,
}

/// Registers a device. Idempotent: the same device with the same token hash may ask again when the answer was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The number the code went to.
    pub number: PhoneNumber,
    /// The code.
    pub code: String,
    /// The device's certificate.
    pub device: CertifiedDevice,
    /// The account's list, naming this device.
    pub list: Signed<DeviceList>,
    /// The device's keys; a seal key and a fallback key must be among them.
    pub keys: KeyUpload,
    /// Hash of the token the device has drawn.
    pub token_hash: DeviceTokenHash,
    /// Hash of the account's delivery token.
    pub delivery_token_hash: DeliveryTokenHash,
}

/// The device is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The account, as the relay understood it.
    pub account: AccountId,
    /// The relay's word for the first day.
    pub standing: Signed<StandingCert>,
}

/// Keys of the calling device. What is absent stays as it was; one-time keys are added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyUpload {
    /// Replaces the seal key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal_key: Option<Signed<SealKey>>,
    /// Added.
    #[serde(default)]
    pub one_time: Vec<Signed<PreKey>>,
    /// Replaces the fallback key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Signed<PreKey>>,
}

/// How many one-time keys are published now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysPublished {
    /// How many.
    pub one_time: u32,
}

/// Takes one pre-key of each device named. Limited per claimer and target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyClaim {
    /// Whose devices.
    pub account: AccountId,
    /// Which.
    pub devices: Vec<DeviceId>,
}

/// One pre-key for each device that has one; a one-time key is given to nobody else again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedKeys {
    /// Device and key.
    pub keys: Vec<ClaimedKey>,
}

/// One claimed key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedKey {
    /// Whose.
    pub device: DeviceId,
    /// The key.
    pub pre_key: Signed<PreKey>,
}

/// The devices of an account: its list, and for each device certificate and seal key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDevices {
    /// The current list.
    pub list: Signed<DeviceList>,
    /// In the list's order.
    pub devices: Vec<PublishedDevice>,
}

/// What is published of one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedDevice {
    /// Its certificate.
    pub device: CertifiedDevice,
    /// Its current seal key.
    pub seal_key: Signed<SealKey>,
}

/// A newer device list of the caller's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUpload {
    /// The list; its version must be one more than the relay's.
    pub list: Signed<DeviceList>,
    /// Certificates of devices that the relay has not seen.
    #[serde(default)]
    pub devices: Vec<CertifiedDevice>,
}

/// Which accounts have these numbers?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookUp {
    /// At most 50.
    pub numbers: Vec<PhoneNumber>,
}

/// The numbers that were found; the others are not registered or do not want to be found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Number and account.
    pub people: Vec<FoundPerson>,
}

/// One number that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPerson {
    /// The number asked for.
    pub number: PhoneNumber,
    /// Whose it is now.
    pub account: AccountId,
}

/// A fresh word about the calling device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// For the next 24 hours.
    pub standing: Signed<StandingCert>,
}

/// Servers that help two devices to reach each other. None where the relay offers none: calls are direct then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServers {
    /// `stun:host:port` and `turn:host:port?transport=udp`.
    pub urls: Vec<String>,
    /// For TURN.
    pub username: String,
    /// For TURN.
    pub credential: String,
    /// When the credential stops counting.
    pub expires: Timestamp,
}

/// What an account lets the relay do. What is absent stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSettings {
    /// Can be found by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findable: Option<bool>,
    /// Replaces the delivery token's hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_token_hash: Option<DeliveryTokenHash>,
}

/// Appends to a group's log, or founds the group. Idempotent; [`ErrorCode::Conflict`] when the position is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupAppended {
    /// The entry. It authorises itself: the relay does not look at who calls.
    pub append: Signed<GroupAppend>,
}

/// A stretch of a group's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLog {
    /// In order, without a gap.
    pub entries: Vec<GroupLogEntry>,
    /// There are more after these.
    pub more: bool,
}

/// One entry of a group's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLogEntry {
    /// Where.
    pub position: u64,
    /// When the relay took it.
    pub at: Timestamp,
    /// The encrypted event.
    #[serde(with = "in_base64")]
    pub event: Vec<u8>,
}

/// Bytes in a JSON string.
mod in_base64 {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::id::{base64_decode, base64_encode};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&base64_encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        base64_decode(&String::deserialize(d)?).ok_or_else(|| de::Error::custom("not base64"))
    }
}

/// Begins an upload. Asked again, it says how far the same upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// Encrypted bytes.
    pub size: u64,
    /// Not to be kept longer than this (ms), if that is shorter than the relay keeps files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<u64>,
}

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// Parts that are on the relay's disk, counted from the first. The next one to upload has this number.
    pub parts: u32,
    /// All of them: the file can be fetched.
    pub complete: bool,
}

/// Body of every answer that is not 2xx.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What happened.
    pub code: ErrorCode,
    /// Seconds after which it is worth trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// Tries left on this code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tries_left: Option<u8>,
}

/// The closed list of what can go wrong with a REST call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The body makes no sense.
    Malformed,
    /// Not a number that can exist.
    NumberInvalid,
    /// The code is wrong.
    CodeWrong,
    /// The code is too old, was used, or was tried too often.
    CodeExpired,
    /// The code could not be sent.
    CodeNotSent,
    /// An invitation is needed, or this one is not valid.
    InvitationNeeded,
    /// Too many requests.
    RateLimited,
    /// The device token is not valid (any more).
    Unauthorised,
    /// No such account or device.
    NotFound,
    /// Signatures or versions do not hold.
    KeysRejected,
    /// Somebody else was first: look again.
    Conflict,
    /// Larger than allowed.
    TooLarge,
    /// The files that this account has uploaded fill its share of the relay.
    QuotaFull,
    /// The relay has no room left for files.
    DiskFull,
    /// Cannot store now.
    Unavailable,
    /// A fault of the relay.
    Internal,
}
