/**
 * Holds the B2 emulator against B2's documentation (over raw HTTP, {@code RawClient}), and against two clients that
 * were written for the real thing: rclone and Backblaze's Java SDK. Outside the emulator's package, which is published.
 */
@NullMarked
package io.gpusnapshot.storage.b2.emulatortest;

import org.jspecify.annotations.NullMarked;
