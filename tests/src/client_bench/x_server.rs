//! A connection to an X server: one request after the other, and the events that come between.

use std::{
    collections::VecDeque,
    env, fs,
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
};

use anyhow::{Context as _, bail, ensure};
use x11rb_protocol::{
    connect::Connect,
    packet_reader::PacketReader,
    protocol::{
        damage, xproto,
        xproto::{QueryExtensionRequest, Setup},
        xtest,
    },
    x11_utils::{ReplyRequest, Request, TryParse as _},
    xauth::{Family, get_auth},
};

/// The first byte of a packet says what it is.
const ERROR: u8 = 0;
const REPLY: u8 = 1;

/// One client's connection.
pub(super) struct XServer {
    stream: UnixStream,
    reader: PacketReader,
    events: VecDeque<Vec<u8>>,
    setup: Setup,
    damage: xproto::QueryExtensionReply,
    xtest: xproto::QueryExtensionReply,
}

impl XServer {
    /// Connects to the server named by `DISPLAY`, which is on this computer; if it asks for a password, it is where
    /// `XAUTHORITY` says.
    pub(super) fn connect() -> anyhow::Result<Self> {
        let display = env::var("DISPLAY").context("DISPLAY is not set")?;
        let number = display.strip_prefix(':').and_then(|rest| rest.split('.').next()).context("no local display")?;
        let mut stream = UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).context("no X server")?;
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let password = get_auth(Family::LOCAL, host.trim().as_bytes(), number.parse()?).ok().flatten();
        let (name, data) = password.unwrap_or_default();
        let (mut connect, request) = Connect::with_authorization(name, data);
        stream.write_all(&request)?;
        loop {
            let read = stream.read(connect.buffer())?;
            ensure!(read > 0, "the X server has gone");
            if connect.advance(read) {
                break;
            }
        }
        let setup = connect.into_setup().context("the X server refuses")?;
        let none = xproto::QueryExtensionReply::default();
        let (reader, events) = (PacketReader::new(), VecDeque::new());
        let mut server = Self { stream, reader, events, setup, damage: none, xtest: none };
        server.damage = server.extension(damage::X11_EXTENSION_NAME)?;
        server.xtest = server.extension(xtest::X11_EXTENSION_NAME)?;
        server.ask(damage::QueryVersionRequest { client_major_version: 1, client_minor_version: 1 })?;
        Ok(server)
    }

    fn extension(&mut self, name: &'static str) -> anyhow::Result<xproto::QueryExtensionReply> {
        let extension = self.ask(QueryExtensionRequest { name: name.as_bytes().into() })?;
        ensure!(extension.present, "the X server has no {name}");
        Ok(extension)
    }

    pub(super) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The whole of the first screen.
    pub(super) fn root(&self) -> anyhow::Result<xproto::Window> {
        Ok(self.setup.roots.first().context("no screen")?.root)
    }

    /// A request that is not answered.
    pub(super) fn tell<R: Request>(&mut self, request: R) -> anyhow::Result<()> {
        let major = match R::EXTENSION_NAME {
            Some(damage::X11_EXTENSION_NAME) => self.damage.major_opcode,
            Some(xtest::X11_EXTENSION_NAME) => self.xtest.major_opcode,
            _ => 0,
        };
        let (bytes, _) = request.serialize(major);
        Ok(self.stream.write_all(&bytes)?)
    }

    /// A request and its answer.
    pub(super) fn ask<R: ReplyRequest>(&mut self, request: R) -> anyhow::Result<R::Reply> {
        self.tell(request)?;
        loop {
            let packet = self.packet()?;
            match packet.first() {
                Some(&REPLY) => return Ok(R::Reply::try_parse(&packet)?.0),
                Some(&ERROR) => bail!("the X server refuses {}", std::any::type_name::<R>()),
                _ => self.events.push_back(packet),
            }
        }
    }

    /// Waits until the server says that something was drawn.
    pub(super) fn drawn(&mut self) -> anyhow::Result<()> {
        loop {
            let packet = match self.events.pop_front() {
                Some(packet) => packet,
                None => self.packet()?,
            };
            match packet.first() {
                Some(&ERROR) => bail!("the X server refuses something"),
                Some(kind) if kind & 0x7f == self.damage.first_event + damage::NOTIFY_EVENT => return Ok(()),
                _ => {}
            }
        }
    }

    fn packet(&mut self) -> anyhow::Result<Vec<u8>> {
        loop {
            let read = self.stream.read(self.reader.buffer())?;
            ensure!(read > 0, "the X server has gone");
            if let Some(packet) = self.reader.advance(read) {
                return Ok(packet);
            }
        }
    }
}
