package io.gpusnapshot.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What happens during a job. */
public sealed interface SnapshotEvent {
    /**
     * How far a job is. At most ten of these come a second, and one at the end.
     *
     * @param phase what the job is doing, in one word
     * @param entries files, directories and links done
     * @param totalEntries entries in all, once that is known
     * @param bytes raw bytes done
     * @param totalBytes raw bytes in all, once that is known
     * @param wireBytes bytes sent to or fetched from the store
     * @param elapsed time since the job began
     */
    record Progress(
            String phase,
            long entries,
            OptionalLong totalEntries,
            long bytes,
            OptionalLong totalBytes,
            long wireBytes,
            Duration elapsed)
            implements SnapshotEvent {
        /** Raw bytes per second since the job began. */
        public double bytesPerSecond() {
            return elapsed.isZero() ? 0 : bytes / (elapsed.toNanos() / 1e9);
        }

        /** Time to the end at the rate so far, once the total is known. */
        public Optional<Duration> remaining() {
            double rate = bytesPerSecond();
            if (totalBytes.isEmpty() || rate <= 0) {
                return Optional.empty();
            }
            return Optional.of(Duration.ofMillis((long) ((totalBytes.getAsLong() - bytes) / rate * 1000)));
        }
    }

    /**
     * What happens during the job of one host of several.
     *
     * @param host the host, as {@code user@host:port}
     */
    record OnHost(String host, SnapshotEvent event) implements SnapshotEvent {}

    /** Something that did not stop the job but that somebody should know. */
    record Warned(SnapshotWarning warning) implements SnapshotEvent {}
}
