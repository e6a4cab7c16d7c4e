package io.gpusnapshot.internal.transfer;

/**
 * How many connections a job may use.
 *
 * @param min fewest, however little they bring
 * @param max most, however much they would bring
 */
public record ConnectionCount(int min, int max) {
    public ConnectionCount {
        if (min < 1 || min > max) {
            throw new IllegalArgumentException("min must be 1 to max (" + max + "), but is " + min);
        }
    }
}
