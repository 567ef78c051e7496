//! The store: names, completeness, nothing left behind.
#![allow(clippy::unwrap_used)]

mod samples;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use image::ImageFormat;
use media::{
    FileName, Format, Library, Limits, MediaError, Processor, Recipe, content_type, derive,
};
use samples::*;

/// Every file below a directory.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn library() -> (tempfile::TempDir, Library) {
    let root = tempfile::tempdir().unwrap();
    let library = Library::new(root.path().join("media")).unwrap();
    (root, library)
}

#[test]
fn stores_under_the_hash_of_the_bytes() {
    let (root, library) = library();
    let png = encoded(&gradient(20, 10), ImageFormat::Png);
    let stored = library.put(&png, Format::Png).unwrap();
    let name = stored.file_name.to_string();
    assert_eq!(stored.bytes, u64::try_from(png.len()).unwrap());
    assert!(stored.added);
    let hash = stored.file_name.hash();
    assert_eq!(name, format!("{hash}.png"));
    let expected = root
        .path()
        .join("media")
        .join(&hash[..2])
        .join(&hash[2..4])
        .join(&name);
    assert_eq!(files(root.path()), [expected]);

    assert!(
        !library.put(&png, Format::Png).unwrap().added,
        "the same bytes once"
    );
    assert_eq!(files(root.path()).len(), 1);
    assert_eq!(library.read(&name).unwrap(), png);
    let mut opened = library.open(&name).unwrap();
    let mut bytes = Vec::new();
    opened.file.read_to_end(&mut bytes).unwrap();
    assert_eq!(
        (bytes, opened.bytes, opened.content_type),
        (png, stored.bytes, "image/png")
    );
    assert_eq!(content_type(&name).unwrap(), "image/png");

    library.remove(&name).unwrap();
    assert!(matches!(library.open(&name), Err(MediaError::NotFound)));
    assert!(matches!(library.remove(&name), Err(MediaError::NotFound)));
    assert!(files(root.path()).is_empty());
}

/// The name is the SHA-256 of FIPS 180-4's first example.
#[test]
fn the_hash_is_sha256() {
    let name = FileName::of(b"abc", Format::Gif);
    assert_eq!(
        name.hash(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn xss_05_nothing_but_pictures_is_stored() {
    let (root, library) = library();
    for document in [
        b"<svg onload='x()'/>".as_slice(),
        b"<html>",
        b"%PDF-1.4",
        b"{}",
        b"",
    ] {
        for format in Format::ALL {
            let refused = library.put(document, format);
            assert!(matches!(refused, Err(MediaError::TypeRefused { .. })));
        }
    }
    let png = encoded(&gradient(20, 10), ImageFormat::Png);
    assert!(
        library.put(&png, Format::Jpeg).is_err(),
        "not under a wrong extension"
    );
    assert!(files(root.path()).is_empty());
    assert!(library.put(&png, Format::Png).is_ok());
}

#[test]
fn med_05_no_name_leads_out_of_the_store() {
    let (root, library) = library();
    let png = encoded(&gradient(20, 10), ImageFormat::Png);
    let good = library
        .put(&png, Format::Png)
        .unwrap()
        .file_name
        .to_string();
    let secret = root.path().join("secret.png");
    std::fs::write(&secret, &png).unwrap();
    let hash = good.strip_suffix(".png").unwrap();

    let mut names: Vec<String> = [
        "",
        ".",
        "..",
        "../secret.png",
        "../../secret.png",
        "..%2fsecret.png",
        "%2e%2e/secret.png",
        "%2e%2e%2fsecret.png",
        "..\\secret.png",
        "/etc/passwd",
        "secret.png",
        "incoming",
        "CON",
        "nul.png",
        "/dev/null",
        "COM1.jpg",
        "file:///etc/passwd",
        "~/.ssh/id_rsa",
        ".png",
    ]
    .map(String::from)
    .to_vec();
    names.push(secret.to_str().unwrap().into());
    names.push(format!("{}.png", "a".repeat(4096)));
    for spoilt in [
        "{h}",
        "{h}.",
        "{h}.svg",
        "{h}.html",
        "{h}.PNG",
        "{h}.png.svg",
        "{h}.svg.png",
        "{h}.png/",
        "/{h}.png",
        "./{h}.png",
        "ab/{h}.png",
        "{h}.png\0",
        "\0{h}.png",
        "{h}\0.png",
        "{h}.png ",
        " {h}.png",
        "{h}.png\n",
        "{h}.png?x",
        "{h}%2epng",
        "{h}0.png",
        "{h}/../{h}.png",
    ] {
        names.push(spoilt.replace("{h}", hash));
    }
    names.push(format!("{}.png", hash.to_uppercase()));
    names.push(format!("{}.png", &hash[1..]));
    names.push(format!("{}é.png", &hash[2..]));
    for name in &names {
        assert!(
            matches!(library.open(name), Err(MediaError::NotFound)),
            "{name:?}"
        );
        assert!(
            matches!(library.remove(name), Err(MediaError::NotFound)),
            "{name:?}"
        );
        assert!(content_type(name).is_err(), "{name:?}");
    }
    assert!(library.open(&good).is_ok());
    assert!(secret.exists());
}

/// What the sender calls the file has no influence on where it goes.
#[tokio::test]
async fn med_05_declared_names_are_never_paths() {
    let (root, library) = library();
    let library = Arc::new(library);
    let processor = Processor::new(Limits::default(), Recipe::default(), 1);
    let png = encoded(&gradient(20, 10), ImageFormat::Png);
    let mut expected = None;
    for name in [
        "../../x.png",
        "%2e%2e/x.png",
        "/tmp/x.png",
        "x\0.png",
        "CON",
    ] {
        let mut upload = library.incoming(1 << 20).unwrap();
        upload.write(&png).unwrap();
        let declared = Some(name.to_owned());
        let stored = processor
            .accept(Arc::clone(&library), upload, declared, None)
            .await
            .unwrap();
        let all = files(root.path());
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].ends_with(stored.original.file_name.to_string()));
        assert_eq!(*expected.get_or_insert(all.clone()), all);
    }
}

#[test]
fn med_06_over_the_limit_or_aborted_leaves_no_orphan() {
    let (root, library) = library();
    let mut upload = library.incoming(1000).unwrap();
    upload.write(&[7; 600]).unwrap();
    assert_eq!(files(root.path()).len(), 1, "on disk while it comes");
    assert!(matches!(
        upload.write(&[7; 401]),
        Err(MediaError::TooLarge { limit: 1000 })
    ));
    drop(upload);
    assert!(files(root.path()).is_empty());

    // Exactly the limit is taken.
    let mut upload = library.incoming(1000).unwrap();
    upload.write(&[7; 600]).unwrap();
    upload.write(&[8; 400]).unwrap();
    assert_eq!((upload.len(), upload.is_empty()), (1000, false));
    assert_eq!(
        upload.into_bytes().unwrap(),
        [vec![7; 600], vec![8; 400]].concat()
    );
    assert!(files(root.path()).is_empty());

    let mut aborted = library.incoming(1000).unwrap();
    aborted.write(&[7; 10]).unwrap();
    drop(aborted);
    assert!(files(root.path()).is_empty());
}

#[test]
fn med_06_leftovers_of_a_killed_process_are_swept() {
    let (root, library) = library();
    let left = root.path().join("media/incoming/.tmpABCDEF");
    std::fs::write(&left, b"half").unwrap();
    let stored = library
        .put(&encoded(&gradient(4, 4), ImageFormat::Png), Format::Png)
        .unwrap();
    let written = std::fs::metadata(&left).unwrap().modified().unwrap();
    let hour = Duration::from_secs(3600);
    assert_eq!(
        library.sweep_incoming(written - hour).unwrap(),
        0,
        "perhaps still being written"
    );
    assert!(left.exists());
    assert_eq!(library.sweep_incoming(written + hour).unwrap(), 1);
    assert!(!left.exists());
    assert!(library.open(&stored.file_name.to_string()).is_ok());
    assert!(SystemTime::UNIX_EPOCH < written);
}

/// A picture whose third file cannot be written leaves none of the others, and takes nothing that
/// was there before.
#[test]
fn med_06_a_picture_is_stored_whole_or_not_at_all() {
    let (root, library) = library();
    let bytes = encoded(&gradient(1600, 900), ImageFormat::Png);
    let derived = derive(&bytes, &Limits::default(), &Recipe::default()).unwrap();
    let before = library
        .put(&derived.variants[0].bytes, Format::Jpeg)
        .unwrap();
    // A file stands where the last variant's directory should be.
    let name = FileName::of(&derived.variants[2].bytes, Format::Jpeg);
    let obstacle = root.path().join("media").join(&name.hash()[..2]);
    std::fs::write(&obstacle, b"").unwrap();
    let failed = library.put_picture(&derived);
    assert!(matches!(failed, Err(MediaError::Storage(_))), "{failed:?}");
    assert_eq!(
        files(root.path()).len(),
        2,
        "the obstacle and what was there before"
    );
    assert!(library.open(&before.file_name.to_string()).is_ok());

    std::fs::remove_file(&obstacle).unwrap();
    let stored = library.put_picture(&derived).unwrap();
    assert_eq!(files(root.path()).len(), 4);
    assert_eq!(stored.at_least(600).width, 640);
    assert_eq!(stored.at_least(641).width, 1280);
    assert_eq!(stored.at_least(5000).width, 1600);
    assert_eq!(stored.at_least(1).width, 320);
}

#[tokio::test(flavor = "multi_thread")]
async fn med_06_a_hundred_at_once() {
    let (root, library) = library();
    let library = Arc::new(library);
    let processor = Processor::new(Limits::default(), Recipe::default(), 2);
    let tasks: Vec<_> = (0..100u32)
        .map(|number| {
            let (library, processor) = (Arc::clone(&library), processor.clone());
            tokio::spawn(async move {
                // Ten different pictures, every fifth upload broken.
                let mut bytes = encoded(&gradient(20 + number % 10, 20), ImageFormat::Png);
                if number % 5 == 0 {
                    bytes.truncate(bytes.len() / 2);
                }
                let mut upload = library.incoming(1 << 20).unwrap();
                upload.write(&bytes).unwrap();
                processor.accept(library, upload, None, None).await
            })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => accepted += 1,
            Err(error) => assert!(error.is_refusal(), "{error}"),
        }
    }
    assert_eq!(accepted, 80);
    // Numbers ending in 0 and 5 were the broken ones, so eight different pictures remain.
    assert_eq!(files(root.path()).len(), 8);
}

#[tokio::test]
async fn processor_derives_without_storing() {
    let processor = Processor::new(Limits::default(), Recipe::default(), 0);
    let png = encoded(&gradient(400, 300), ImageFormat::Png);
    let (inspected, derived) = processor.derive(png, None, None).await.unwrap();
    assert_eq!((inspected.format, derived.variants.len()), (Format::Png, 1));
    let refused = processor.derive(b"<svg/>".to_vec(), None, None).await;
    assert!(refused.is_err_and(|error| error.code() == "media_type_refused"));
}
