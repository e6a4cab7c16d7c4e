package io.gpusnapshot.storage.b2.emulator;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes ids of file versions, which look like B2's and hold the bucket and a number that only grows. Thread-safe.
 */
final class FileIds {
    private static final Pattern SYNTAX = Pattern.compile("4_z([0-9a-f]+)_f([0-9a-f]{16})_.*");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("'d'uuuuMMdd'_m'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final AtomicLong last = new AtomicLong();

    long nextSequence() {
        return last.incrementAndGet();
    }

    /** Has the next number be larger than one that was found on disk. */
    void skipPast(long sequence) {
        last.accumulateAndGet(sequence, Math::max);
    }

    static String id(String bucketId, long sequence, Instant time) {
        return String.format(Locale.ROOT, "4_z%s_f%016x_%s_c001_v0001000_t0000", bucketId, sequence, TIME.format(time));
    }

    static Optional<String> bucketId(String fileId) {
        Matcher matcher = SYNTAX.matcher(fileId);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    static Optional<Long> sequence(String fileId) {
        Matcher matcher = SYNTAX.matcher(fileId);
        return matcher.matches() ? Optional.of(Long.parseUnsignedLong(matcher.group(2), 16)) : Optional.empty();
    }
}
