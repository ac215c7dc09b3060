//! Pages served by this computer: what comes of them, and what is never asked.

use std::{
    io::Cursor,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use image::{ImageFormat, Rgb, RgbImage};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{ways::Names, *};

/// A server of pages, which keeps what it was asked.
struct Site {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
    /// How often anybody came.
    visits: Arc<AtomicUsize>,
}

impl Site {
    /// Serves what `answer` makes of each path.
    async fn open<F>(answer: F) -> Self
    where
        F: Fn(&str) -> Vec<u8> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (asked, visits) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (kept, counted, answer) = (Arc::clone(&asked), Arc::clone(&visits), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &kept, &*answer).await });
            }
        });
        Self { address, asked, visits }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, kept: &Mutex<Vec<String>>, answer: &(impl Fn(&str) -> Vec<u8> + Sync)) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        request.push(byte);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    kept.lock().unwrap().push(request);
    let answer = answer(&path);
    // Whoever has seen enough goes before the end.
    let _ = stream.write_all(&answer).await;
    if path == "/slow" {
        std::future::pending::<()>().await;
    }
}

fn ok(kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nset-cookie: a=b\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn sent_on(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([(x * y) as u8, (x ^ y) as u8, (x + y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn at_home() -> Previews {
    Previews::new(Reach::WorldAndThisComputer)
}

#[tokio::test]
async fn a_page_is_described_by_title_words_and_a_small_picture() {
    let site = Site::open(|path| match path {
        "/sea.png" => ok("image/png", &png(900, 600)),
        _ => ok(
            "text/html; charset=utf-8",
            "<title>x</title><meta property=og:title content='The sea\u{202e}\n at six'>\
             <meta name=description content='Seven knots, rain later'><meta property=og:image content='/sea.png'>"
                .as_bytes(),
        ),
    })
    .await;
    let url = format!("{}/weather?of=today", site.address);
    let preview = at_home().make(&url).await.unwrap();
    assert_eq!((preview.title.as_str(), preview.description.as_str()), ("The sea at six", "Seven knots, rain later"));
    let picture = image::load_from_memory(preview.picture.as_deref().unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (400, 267));
    assert!(preview.fits(&format!("look: {url}")));
    // Nothing but the page is named, and nothing of it is kept for the next.
    let asked = site.asked.lock().unwrap().join("\n").to_ascii_lowercase();
    for tells in ["cookie", "referer", "authorization", "accept-language", "sotto/"] {
        assert!(!asked.contains(tells), "{asked}");
    }
}

#[tokio::test]
async fn nothing_of_this_computer_or_its_network_is_asked() {
    let site = Site::open(|_| ok("text/html", b"<title>router</title>")).await;
    let port = site.address.rsplit(':').next().unwrap();
    let product = Previews::new(Reach::World);
    for host in ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1."] {
        let made = product.make(&format!("http://{host}:{port}/")).await;
        assert!(matches!(made, Err(PreviewError::Way(WayError::Private | WayError::NoAnswer))), "{host}: {made:?}");
    }
    for address in ["file:///etc/passwd", "ftp://example.org", "http://a:b@example.org/", "data:text/html,<title>x"] {
        assert!(product.make(address).await.is_err(), "{address}");
    }
    assert_eq!(site.visits(), 0);
}

#[tokio::test]
async fn a_page_that_sends_one_on_into_a_private_network_gets_no_preview() {
    for to in [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00::1]/",
        "http://192.168.1.1/admin",
        "file:///etc/passwd",
        "//224.0.0.1/",
    ] {
        let site = Site::open(move |_| sent_on(to)).await;
        let made = at_home().make(&site.address).await;
        assert!(matches!(made, Err(PreviewError::Way(WayError::Private | WayError::Address))), "{to}: {made:?}");
        assert_eq!(site.visits(), 1);
    }
    // Nor does its picture.
    let site =
        Site::open(|_| ok("text/html", b"<title>x</title><meta property=og:image content='http://10.0.0.1/a.png'>"))
            .await;
    assert_eq!(at_home().make(&site.address).await.unwrap().picture, None);
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_held_to() {
    let site =
        Site::open(|path| if path == "/again" { sent_on("/") } else { ok("text/html", b"<title>x</title>") }).await;
    let here: std::net::SocketAddr = site.address.strip_prefix("http://").unwrap().parse().unwrap();
    let private = std::net::SocketAddr::from(([10, 0, 0, 1], here.port()));
    let previews = |answers: &[std::net::SocketAddr]| Previews {
        ways: Ways::new(Reach::WorldAndThisComputer)
            .with_names(Names::Told(Mutex::new(answers.iter().copied().collect()))),
        ..Previews::new(Reach::World)
    };
    let at = |path: &str| format!("http://rebind.example:{}{path}", here.port());
    // Asked a second time, the name would stand for the router.
    assert_eq!(previews(&[here, private]).make(&at("/")).await.unwrap().title, "x");
    // And after a redirect it does.
    let made = previews(&[here, private]).make(&at("/again")).await;
    assert!(matches!(made, Err(PreviewError::Way(WayError::Private))), "{made:?}");
    assert!(previews(&[private]).make(&at("/")).await.is_err());
    assert_eq!(site.visits(), 2);
}

#[tokio::test]
async fn one_is_sent_on_a_few_times_and_not_for_ever() {
    let site = Site::open(|path| match path {
        "/" => sent_on("/a"),
        "/a" => sent_on("b"),
        "/b" => ok("text/html", b"<title>arrived</title>"),
        _ => sent_on("/round"),
    })
    .await;
    assert_eq!(at_home().make(&site.address).await.unwrap().title, "arrived");
    let made = at_home().make(&format!("{}/round", site.address)).await;
    assert!(matches!(made, Err(PreviewError::Way(WayError::Lost))));
    assert_eq!(site.visits(), 3 + 5);
}

#[tokio::test]
async fn a_page_without_end_is_read_only_at_its_beginning() {
    let site = Site::open(|path| match path {
        "/bomb.png" => ok("image/png", &vec![0; MOST_PICTURE + 1]),
        _ => ok(
            "text/html",
            &[b"<title>long</title><meta property=og:image content=/bomb.png>".as_slice(), &vec![b'a'; 8 << 20]]
                .concat(),
        ),
    })
    .await;
    let preview = at_home().make(&site.address).await.unwrap();
    assert_eq!((preview.title.as_str(), preview.picture), ("long", None));
}

#[tokio::test]
async fn a_page_that_never_ends_is_given_up() {
    let site = Site::open(|_| b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<title>slow".to_vec()).await;
    let made = at_home().within(Duration::from_millis(300)).make(&format!("{}/slow", site.address)).await;
    assert!(matches!(made, Err(PreviewError::Slow)), "{made:?}");
}

#[tokio::test]
async fn what_is_no_page_or_says_nothing_gets_no_preview() {
    let site = Site::open(|path| match path {
        "/text" => ok("text/plain", b"<title>x</title>"),
        "/untitled" => ok("text/html", b"<p>hello"),
        "/blank" => ok("text/html", "<title>\u{202e} \n</title>".as_bytes()),
        "/gone" => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
        _ => b"nonsense".to_vec(),
    })
    .await;
    for path in ["/text", "/untitled", "/blank", "/gone", "/nonsense"] {
        assert!(at_home().make(&format!("{}{path}", site.address)).await.is_err(), "{path}");
    }
}

#[test]
fn what_is_held_goes_with_its_address_and_once() {
    let previews = Previews::new(Reach::World);
    let preview = LinkPreview {
        url: "https://example.org".into(),
        title: "Example".into(),
        description: String::new(),
        picture: None,
    };
    previews.begin(1, "https://example.org");
    previews.hold(1, preview.clone());
    assert_eq!(previews.take(2, "https://example.org"), None);
    assert_eq!(previews.take(1, "see https://example.org"), Some(preview.clone()));
    assert_eq!(previews.take(1, "see https://example.org"), None);
    previews.begin(1, "https://example.org");
    previews.hold(1, preview.clone());
    assert_eq!(previews.take(1, "something else"), None);
    // Closed, or another wanted, while it was looked at.
    previews.begin(1, "https://example.org");
    previews.close(1);
    previews.hold(1, preview.clone());
    previews.begin(2, "https://example.com");
    previews.hold(2, preview);
    assert_eq!(previews.take(1, "https://example.org").or(previews.take(2, "https://example.org")), None);
}
