//! Requests in, answers out, byte by byte where a test wants it.

use super::{Framing, Reply, Seen};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(super) async fn read_request(stream: &mut TcpStream) -> std::io::Result<Option<Seen>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&piece[..read]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut request = lines.next().unwrap_or_default().split(' ');
    let method = request.next().unwrap_or_default().to_owned();
    let target = request.next().unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let find = |name: &str| headers.iter().find(|(line, _)| line == name);
    let host = find("host").map(|(_, host)| host.clone());
    let length = find("content-length").and_then(|(_, length)| length.parse().ok());
    let mut body = bytes.split_off(end + 4);
    while body.len() < length.unwrap_or(0) {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            break;
        }
        body.extend_from_slice(&piece[..read]);
    }
    Ok(Some(Seen {
        host: host.unwrap_or_default(),
        method,
        target,
        headers,
        body,
    }))
}

pub(super) async fn pass_on(
    stream: &mut TcpStream,
    seen: &Seen,
    server: SocketAddr,
) -> std::io::Result<()> {
    let mut request = format!("{} {} HTTP/1.1\r\n", seen.method, seen.target);
    for (name, value) in seen.headers.iter().filter(|(name, _)| name != "connection") {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("connection: close\r\n\r\n");
    let mut there = TcpStream::connect(server).await?;
    there.write_all(request.as_bytes()).await?;
    there.write_all(&seen.body).await?;
    let mut answer = Vec::new();
    there.read_to_end(&mut answer).await?;
    stream.write_all(&answer).await?;
    stream.shutdown().await
}

pub(super) async fn write_reply(
    stream: &mut TcpStream,
    reply: &Reply,
    sent: &(dyn Fn(usize) + Sync),
) -> std::io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {} Scripted\r\nconnection: close\r\n",
        reply.status
    );
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match reply.framing {
        Framing::Length => {
            let length = reply.body.len() * reply.times;
            head.push_str(&format!("content-length: {length}\r\n"));
        }
        Framing::Chunked => head.push_str("transfer-encoding: chunked\r\n"),
        Framing::Close => {}
    }
    head.push_str("\r\n");
    let (step, slow) = match reply.slow_head {
        Some(wait) => (1, wait),
        None => (head.len(), Duration::ZERO),
    };
    for piece in head.as_bytes().chunks(step) {
        stream.write_all(piece).await?;
        stream.flush().await?;
        if !slow.is_zero() {
            tokio::time::sleep(slow).await;
        }
    }
    let (size, wait) = reply.pace.unwrap_or((16 * 1024, Duration::ZERO));
    let body = (0..reply.times).flat_map(|_| reply.body.chunks(size.max(1)));
    for piece in body {
        if reply.framing == Framing::Chunked {
            let line = format!("{:x}\r\n", piece.len());
            stream.write_all(line.as_bytes()).await?;
            stream.write_all(piece).await?;
            stream.write_all(b"\r\n").await?;
        } else {
            stream.write_all(piece).await?;
        }
        sent(piece.len());
        if !wait.is_zero() {
            stream.flush().await?;
            tokio::time::sleep(wait).await;
        }
    }
    if reply.framing == Framing::Chunked {
        stream.write_all(b"0\r\n\r\n").await?;
    }
    stream.shutdown().await
}
