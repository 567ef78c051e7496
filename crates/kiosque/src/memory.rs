//! How the C library hands memory out: for a small box, not for a machine with sixty-four cores.
//!
//! By default glibc opens up to eight arenas a core and keeps what each of them freed; the server rests smaller with few
//! that give back what is free at their end (`scripts/measure.sh`). One alone is too few: threads that read, write and
//! check signatures wait for each other at each allocation, and on two cores the inbox took in a third less
//! (`scripts/bench.sh --only inbox`).

/// Arenas for each core, and in all.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: (usize, usize) = (2, 8);

/// Sets it up. Call it first, before other threads begin. Does nothing where the C library is not glibc.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "mallopt takes two numbers and touches nothing of ours; there is no safe call for it"
)]
pub(crate) fn keep_small() {
    // What is asked for in pieces larger than this is given back as soon as it is freed.
    const PIECE: libc::c_int = 64 * 1024;
    // Free memory at the end of the heap beyond this goes back to the system.
    const SPARE: libc::c_int = 128 * 1024;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let arenas = (ARENAS.0 * cores).min(ARENAS.1);
    for (parameter, value) in [
        (
            libc::M_ARENA_MAX,
            libc::c_int::try_from(arenas).unwrap_or(1),
        ),
        (libc::M_MMAP_THRESHOLD, PIECE),
        (libc::M_TRIM_THRESHOLD, SPARE),
    ] {
        // SAFETY: plain numbers, before any other thread exists. A refusal leaves the default, which works.
        unsafe { libc::mallopt(parameter, value) };
    }
}

/// Elsewhere the allocator is left alone.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn keep_small() {}
