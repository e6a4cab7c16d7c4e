package io.gpusnapshot.internal.format;

import java.util.Optional;

/**
 * A pack as a manifest records it.
 *
 * @param key object key within the repository
 * @param storedBytes length of the object, footer included
 * @param version the store's name for the version that was written, where it has one
 */
public record StoredPack(String key, long storedBytes, Optional<String> version) {}
