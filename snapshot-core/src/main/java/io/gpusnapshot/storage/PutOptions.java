package io.gpusnapshot.storage;

/**
 * How to put an object.
 *
 * @param ifAbsent refuse to replace an object that exists
 */
public record PutOptions(boolean ifAbsent) {
    /** Replace whatever is there. */
    public static final PutOptions REPLACE = new PutOptions(false);

    /** Fail with {@link io.gpusnapshot.error.PreconditionFailedException} if the key exists. */
    public static final PutOptions IF_ABSENT = new PutOptions(true);
}
