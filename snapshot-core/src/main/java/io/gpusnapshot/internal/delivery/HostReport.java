package io.gpusnapshot.internal.delivery;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The lines of {@code key=value} by which a script tells what it found. Lines that are not its own are passed over. */
record HostReport(Map<String, String> values) {
    private static final String PREFIX = "gpusnapshot.";

    HostReport {
        values = Map.copyOf(values);
    }

    static HostReport parse(String output) {
        Map<String, String> values = new TreeMap<>();
        for (String line : output.lines().toList()) {
            int equals = line.indexOf('=');
            if (line.startsWith(PREFIX) && equals > 0) {
                values.put(line.substring(PREFIX.length(), equals), line.substring(equals + 1));
            }
        }
        return new HostReport(values);
    }

    /** Whether the script came to its end. */
    boolean isComplete() {
        return values.containsKey("end");
    }

    /** A value that is there and not empty. */
    Optional<String> find(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    String text(String key) {
        return find(key).orElse("unknown");
    }
}
