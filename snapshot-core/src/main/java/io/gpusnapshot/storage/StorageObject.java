package io.gpusnapshot.storage;

import java.time.Instant;

/**
 * What a store knows of an object.
 *
 * @param lengthBytes stored length
 * @param lastModified when it was put, by the store's clock
 */
public record StorageObject(String key, long lengthBytes, Instant lastModified) {}
