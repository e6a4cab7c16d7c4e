package io.gpusnapshot.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Numbers for people. */
final class Text {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Text() {}

    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }

    /** An amount, the time it took, and the rate. */
    static String amountAndRate(long bytes, Duration duration) {
        return size(bytes) + " in " + seconds(duration) + " (" + rate(bytes, duration) + ")";
    }

    static String rate(long bytes, Duration duration) {
        double seconds = Math.max(duration.toNanos(), 1) / 1e9;
        return String.format(Locale.ROOT, "%.1f MB/s", bytes / seconds / 1e6);
    }

    static String pairs(Map<String, String> pairs) {
        return new TreeMap<>(pairs)
                .entrySet().stream()
                        .map(pair -> pair.getKey() + "=" + pair.getValue())
                        .collect(Collectors.joining(" "));
    }

    static String count(long number, String noun, String nouns) {
        return number + " " + (number == 1 ? noun : nouns);
    }
}
