//! TLS by the relay itself, with a certificate that serves for nothing but this.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use sotto_relay::{Relay, RelayError, config::TlsConfig};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::town::Town;

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "tls", name].iter().collect()
}

fn certificate_and_key() -> TlsConfig {
    TlsConfig { certificate: Some(file("certificate-for-tests.pem")), key: Some(file("key-for-tests.pem")) }
}

#[tokio::test]
async fn the_relay_answers_over_tls_and_not_in_the_clear() {
    let town = Town::with(|config| config.tls = certificate_and_key()).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file("certificate-for-tests.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(town.running.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    let mut clear = TcpStream::connect(town.running.address()).await.unwrap();
    clear.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // An alert, or the end; no HTTP in either case.
    let _ = clear.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"));
}

#[tokio::test]
async fn a_missing_key_is_said_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let tls = TlsConfig { key: Some(file("nowhere.pem")), ..certificate_and_key() };
    let config = sotto_relay::Config {
        listen: "127.0.0.1:0".to_owned(),
        data_dir: Some(dir.path().to_owned()),
        tls,
        ..sotto_relay::Config::default()
    };
    let failed = Relay::start(config).await.unwrap_err();
    assert!(matches!(&failed, RelayError::Tls(_)) && failed.to_string().contains("nowhere.pem"), "{failed}");
}
