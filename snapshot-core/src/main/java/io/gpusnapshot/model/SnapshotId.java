package io.gpusnapshot.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of a snapshot: {@code <UTC time>-<instance id>-<8 base32 characters>}, for example {@code
 * 20261123T182543Z-gpu-1-k3x7q2ab}. Four of the characters are the fraction of the second, four are random. Ids sort by
 * creation time; those of different instances within one second, by instance.
 */
public record SnapshotId(String value) implements Comparable<SnapshotId> {
    private static final Pattern FORM = Pattern.compile("\\d{8}T\\d{6}Z-[a-z0-9._-]{1,64}-[a-z2-7]{8}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** In the order in which text sorts. */
    private static final String BASE32 = "234567abcdefghijklmnopqrstuvwxyz";

    private static final int MAX_INSTANCE_LENGTH = 64;

    /**
     * @throws IllegalArgumentException if the value does not have the form of an id
     */
    public SnapshotId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("Not a snapshot id: \"" + value
                    + "\" (expected <yyyyMMdd>T<HHmmss>Z-<instance id>-<8 of a-z 2-7>; list shows the ids)");
        }
    }

    /** Makes a fresh id. Characters of the instance id that ids cannot hold become {@code -}. */
    public static SnapshotId generate(Instant time, String instanceId, RandomGenerator random) {
        return new SnapshotId(
                TIME.format(time) + "-" + sanitize(instanceId) + "-" + fraction(time) + randomBase32(random, 4));
    }

    /** The microseconds, so that snapshots taken in one second by one instance sort by time too. */
    private static String fraction(Instant time) {
        int micros = time.get(ChronoField.MICRO_OF_SECOND);
        StringBuilder word = new StringBuilder(4);
        for (int shift = 15; shift >= 0; shift -= 5) {
            word.append(BASE32.charAt((micros >> shift) & 31));
        }
        return word.toString();
    }

    /** Whether the id was made for this instance id. */
    public boolean isOfInstance(String instanceId) {
        int start = value.indexOf('-') + 1;
        return value.substring(start, value.lastIndexOf('-')).equals(sanitize(instanceId));
    }

    /** A random word of base32 characters, five bits each. */
    public static String randomBase32(RandomGenerator random, int length) {
        StringBuilder word = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            word.append(BASE32.charAt(random.nextInt(32)));
        }
        return word.toString();
    }

    private static String sanitize(String instanceId) {
        String clean = instanceId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
        String cut = clean.length() > MAX_INSTANCE_LENGTH ? clean.substring(0, MAX_INSTANCE_LENGTH) : clean;
        return cut.isEmpty() ? "host" : cut;
    }

    @Override
    public int compareTo(SnapshotId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
