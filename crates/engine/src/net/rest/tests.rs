//! What the client makes of a relay's answers.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

/// Answers one request with `answer`, and gives back what was asked.
async fn serve(answer: impl Into<Vec<u8>>) -> (Rest, tokio::task::JoinHandle<String>) {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let rest = Rest::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let read = stream.read(&mut request).await.unwrap();
        let _ = stream.write_all(&answer).await;
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    (rest, asked)
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn account() -> AccountId {
    AccountId([7; 32])
}

fn info(service: &str, protocol: u32) -> String {
    let key = "00".repeat(32);
    format!(
        r#"{{"service":"{service}","name":"Test","version":"1","protocol":{protocol},"standing_key":"{key}","registration":"open","now":1}}"#
    )
}

#[tokio::test]
async fn a_relay_introduces_itself() {
    let (rest, asked) = serve(answer("200 OK", &info("sotto", 1))).await;
    assert_eq!(rest.relay().await.unwrap().name, "Test");
    assert!(asked.await.unwrap().starts_with("GET /v1/relay HTTP/1.1\r\n"));
}

#[tokio::test]
async fn other_servers_and_versions_are_told_apart() {
    for body in [info("sotto", 2), info("nginx", 1), "<html>".to_owned(), "{}".to_owned()] {
        let (rest, _asked) = serve(answer("200 OK", &body)).await;
        assert!(matches!(rest.relay().await, Err(RestError::Incompatible(_))), "{body}");
    }
    let (rest, _asked) = serve(answer("404 Not Found", "<html>")).await;
    assert!(matches!(rest.relay().await, Err(RestError::Incompatible(_))));
}

#[tokio::test]
async fn a_device_is_named_with_its_token() {
    let (rest, asked) = serve(answer("200 OK", "")).await;
    let credentials = Credentials { device: DeviceId([1; 16]), token: DeviceToken([2; 32]) };
    assert!(!format!("{credentials:?} {:?}", credentials.header()).contains("0202"));
    rest.with_credentials(credentials).put_profile(b"sealed".to_vec()).await.unwrap();
    let asked = asked.await.unwrap();
    let wanted = format!("authorization: Bearer {}.{}\r\n", "01".repeat(16), "02".repeat(32));
    assert!(asked.starts_with("PUT /v1/profiles HTTP/1.1\r\n") && asked.contains(&wanted), "{asked}");
}

#[tokio::test]
async fn a_refusal_says_why() {
    let body = r#"{"code":"code_wrong","tries_left":3,"something_new":1}"#;
    let (rest, _asked) = serve(answer("403 Forbidden", body)).await;
    let number = "+351912345678".parse().unwrap();
    match rest.request_code(&CodeRequest { number, invitation: None }).await {
        Err(RestError::Refused { status: 403, body }) => {
            assert_eq!((body.code, body.tries_left), (ErrorCode::CodeWrong, Some(3)));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let rest = Rest::new(&address).unwrap();
    assert!(matches!(rest.relay().await, Err(RestError::Unreachable(_))));
    assert!(!rest.is_healthy().await);

    let (rest, _asked) = serve(answer("502 Bad Gateway", "<html>")).await;
    assert!(matches!(rest.relay().await, Err(RestError::Unreachable(_))));
}

#[tokio::test]
async fn a_missing_profile_is_none() {
    let (rest, asked) = serve(answer("404 Not Found", r#"{"code":"not_found"}"#)).await;
    assert!(rest.get_profile(&account()).await.unwrap().is_none());
    assert!(asked.await.unwrap().contains(&format!("GET /v1/profiles/{} ", account())));
    let (rest, _asked) = serve(answer("200 OK", "sealed")).await;
    assert_eq!(rest.get_profile(&account()).await.unwrap().unwrap(), b"sealed");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let (rest, _asked) = serve(answer("200 OK", &"x".repeat(limits::MAX_PROFILE + 1))).await;
    assert!(matches!(rest.get_profile(&account()).await, Err(RestError::Incompatible(_))));
}

#[tokio::test]
async fn a_relay_cannot_send_a_device_elsewhere() {
    let redirect = "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let (rest, _asked) = serve(redirect).await;
    assert!(matches!(rest.relay().await, Err(RestError::Incompatible(_))));
}

#[test]
fn an_address_has_one_form() {
    assert_eq!(Rest::new("http://127.0.0.1:4816/").unwrap().address(), "http://127.0.0.1:4816");
    assert!(matches!(Rest::new("http://relay.example"), Err(RestError::AddressInvalid)));
}
