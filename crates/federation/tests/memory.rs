//! DOS-01: memory stays bounded, whatever another server answers. One test, for the peak belongs to the
//! whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use flate2::Compression;
use flate2::write::GzEncoder;
use hostile::{Framing, Options, Peer, Reply, World};
use serde_json::json;
use std::future::Future;
use std::io::Write;
use url::Url;

const MIB: usize = 1024 * 1024;
const ACTIVITY: &str = "application/activity+json";

/// Bytes of a line of `/proc/self/status`.
fn status(key: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<usize>().unwrap() * 1024
}

/// The growth of resident memory at its peak during `work`; the other server's part counts too.
async fn peak<T>(work: impl Future<Output = T>) -> (usize, T) {
    // Resets the peak (proc(5)).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmRSS:");
    let done = work.await;
    (status("VmHWM:").saturating_sub(before), done)
}

async fn outcome(world: &World, url: &str) -> String {
    let url = Url::parse(url).unwrap();
    let fetched = world.federation.fetch_document(&world.site, &url).await;
    fetched.map_or_else(|error| error.code().to_owned(), |_| "fetched".to_owned())
}

fn gzip(times: usize, piece: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..times {
        packed.write_all(piece).unwrap();
    }
    packed.finish().unwrap()
}

/// 64 MiB of zeros in 53 bytes of Brotli.
const BROTLI: [u8; 53] = [
    0xcf, 0xff, 0xff, 0x7f, 0xf8, 0x27, 0x00, 0xe2, 0xb1, 0x40, 0x20, 0xf7, 0xfe, 0x9f, 0xff, 0xff,
    0xff, 0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x01, 0x80, 0xee, 0xfd, 0x3f, 0xff, 0xff, 0xff, 0xe1, 0x9f,
    0x00, 0x88, 0xc3, 0x22, 0x00, 0xdd, 0xfb, 0xff, 0xfc, 0xff, 0xff, 0xc7, 0x3f, 0x01, 0x10, 0x87,
    0x05, 0x00, 0xba, 0xf7, 0xff,
];

#[test]
fn dos_01_peak_memory() {
    hostile::each(&Options::hosts(&["alpha.test"]), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let event = |size: usize| {
            let mut event = alice.event("big", "Concert");
            event["content"] = json!("");
            let rest = size - event.to_string().len();
            event["content"] = json!("x".repeat(rest));
            event.to_string().into_bytes()
        };
        let packed = |bytes: Vec<u8>, how: &str| {
            Reply::typed(ACTIVITY, bytes).header("content-encoding", how)
        };
        let url = alice.event_uri("big");
        let fetch = async |reply: Reply| {
            alice.host.answer("/events/big", reply);
            peak(outcome(&world, &url)).await
        };
        // What is made once is made before anything is measured.
        assert_eq!(
            fetch(Reply::typed(ACTIVITY, event(2_000))).await.1,
            "fetched"
        );
        let (seen, _) = peak(async { std::hint::black_box(vec![1u8; 32 * MIB]).len() }).await;
        assert!(seen >= 31 * MIB, "what is held is seen: {seen}");

        let long = Reply::typed(ACTIVITY, event(MIB + 1));
        let mut endless = Reply::typed(ACTIVITY, vec![b'['; MIB / 2]);
        endless.times = 512;
        let bomb = packed(gzip(512, &vec![0; MIB / 2]), "gzip");
        for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
            for (what, reply) in [("long", &long), ("endless", &endless), ("gzip", &bomb)] {
                let (growth, came) = fetch(reply.clone().framed(framing)).await;
                println!("{what}, {framing:?}: {growth} bytes");
                assert_eq!(came, "answer_too_large", "{what}, {framing:?}");
                assert!(growth < 8 * MIB, "{what}, {framing:?}: {growth} bytes");
            }
        }
        // Packed in what was not offered: nothing unpacks it.
        let twice = gzip(1, &gzip(512, &vec![0; MIB / 2]));
        for (bytes, how) in [(BROTLI.to_vec(), "br"), (twice, "gzip, gzip")] {
            let (growth, came) = fetch(packed(bytes, how)).await;
            println!("{how}: {growth} bytes");
            assert_ne!(came, "fetched", "{how}");
            assert!(growth < 8 * MIB, "{how}: {growth} bytes");
        }

        // The twins: a mebibyte is read, as it is and packed.
        let whole = event(MIB);
        let zip = packed(gzip(1, &whole), "gzip");
        for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
            for reply in [Reply::typed(ACTIVITY, whole.clone()), zip.clone()] {
                let (growth, came) = fetch(reply.framed(framing)).await;
                println!("a mebibyte, {framing:?}: {growth} bytes");
                assert_eq!(came, "fetched", "{framing:?}");
                assert!(growth < 8 * MIB, "{framing:?}: {growth} bytes");
            }
        }
    });
}
