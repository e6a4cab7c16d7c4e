/**
 * A Backblaze B2 for people without an account: the native API, versions 1 to 4, over plain HTTP or TLS, with its data in a
 * folder. Start reading at {@link io.gpusnapshot.storage.b2.emulator.B2Emulator}; tests also want {@link
 * io.gpusnapshot.storage.b2.emulator.Fault} (what to break) and {@link io.gpusnapshot.storage.b2.emulator.Traffic}
 * (what was asked).
 *
 * <p>A request passes {@code HttpFront} (faults, counters, errors as JSON), then {@code Dispatcher}, which hands it to
 * one of the {@code …Calls} classes; these check the {@code Access} of its token and work on the {@code Account}, which
 * {@code Disk} keeps:
 *
 * <pre>
 * account.json                              account id and master key
 * keys/&lt;key id&gt;.json                        application keys
 * buckets/&lt;bucket id&gt;/bucket.json
 * buckets/&lt;bucket id&gt;/files/&lt;file id&gt;/version.json      one version of a file, with its pieces in order; written last
 * buckets/&lt;bucket id&gt;/files/&lt;file id&gt;/&lt;random&gt;.data     a piece: the whole file, or one part of a large one
 * buckets/&lt;bucket id&gt;/files/&lt;file id&gt;/part-&lt;n&gt;.json      an uploaded part of a large file that is not finished
 * incoming/                                 bodies being received; emptied at every start
 * </pre>
 *
 * <p>Where documentation and sightings of B2 disagree: wrong credentials are a {@code bad_auth_token}; file names may
 * begin and end with slashes and hold backslashes; a range of a whole file is a choice of the builder.
 *
 * <p>Tokens live in memory: after a restart clients get {@code bad_auth_token} and authorise again. Not emulated:
 * encryption, object lock, replication, event notifications, the deletions that lifecycle rules ask for.
 */
@NullMarked
package io.gpusnapshot.storage.b2.emulator;

import org.jspecify.annotations.NullMarked;
