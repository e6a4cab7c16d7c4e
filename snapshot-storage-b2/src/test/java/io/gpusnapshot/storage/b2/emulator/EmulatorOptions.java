package io.gpusnapshot.storage.b2.emulator;

import java.time.Clock;

/**
 * How an emulator deviates from the real thing, or chooses where the real thing has been seen to vary.
 *
 * @param scheme {@code http} or {@code https}
 */
record EmulatorOptions(
        Clock clock,
        long minimumPartSizeBytes,
        long recommendedPartSizeBytes,
        boolean wholeRangeIsPartial,
        String scheme) {}
