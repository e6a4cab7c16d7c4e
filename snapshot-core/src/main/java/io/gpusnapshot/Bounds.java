package io.gpusnapshot;

/** Refuses numbers that callers may not choose. */
final class Bounds {
    private Bounds() {}

    /**
     * @param name what the caller calls it
     * @throws IllegalArgumentException if the value is less than the least or more than the most
     */
    static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", but is " + value);
        }
    }
}
